package io.armature.services.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where policy files of a device stand. */
public final class PolicyDirectories {

    private static final String SYSTEM = "etc/mojo/service_manager/policy";
    private static final String SLOT = "policy";
    private static final String TEST = "usr/local/etc/mojo/service_manager/policy";

    private static final String PROFILE = "profile";
    private static final String DEVELOPER_MODE = "developer_mode=true";

    private PolicyDirectories() {}

    /**
     * The directories in the order of reading: the owner that the first one names stays. The test
     * directory is among them in developer mode only.
     *
     * @param root of the device
     * @param slot the slot that runs
     */
    public static List<Path> of(Path root, Path slot) {
        List<Path> directories = new ArrayList<>();
        directories.add(root.resolve(SYSTEM));
        directories.add(slot.resolve(SLOT));
        if (developerMode(slot)) {
            directories.add(root.resolve(TEST));
        }
        return List.copyOf(directories);
    }

    /**
     * Whether the slot's firmware profile declares developer mode. A profile that cannot be read
     * does not.
     */
    public static boolean developerMode(Path slot) {
        try {
            return Files.readAllLines(slot.resolve(PROFILE)).contains(DEVELOPER_MODE);
        } catch (IOException e) {
            return false;
        }
    }
}
