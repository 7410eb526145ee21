package io.armature.services.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where policy files of a device stand. */
public final class PolicyDirectories {

    private static final String SYSTEM = "etc/mojo/service_manager/policy";
    private static final String SLOT = "policy";
    private static final String TEST = "usr/local/etc/mojo/service_manager/policy";

    private PolicyDirectories() {}

    /**
     * The directories in the order of reading: the owner that the first one names stays.
     *
     * @param root of the device
     * @param slot the slot that runs
     * @param developerMode whether the firmware profile declares it: then the test directory counts
     */
    public static List<Path> of(Path root, Path slot, boolean developerMode) {
        List<Path> directories = new ArrayList<>();
        directories.add(root.resolve(SYSTEM));
        directories.add(slot.resolve(SLOT));
        if (developerMode) {
            directories.add(root.resolve(TEST));
        }
        return List.copyOf(directories);
    }
}
