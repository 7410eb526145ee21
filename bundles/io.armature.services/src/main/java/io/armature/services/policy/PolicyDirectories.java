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
        return of(root, slot, developerMode(slot));
    }

    /**
     * As {@link #of(Path, Path)}.
     *
     * @param developerMode as {@link #developerMode} tells of the slot
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

    /**
     * Whether the slot's firmware profile declares developer mode. A profile that cannot be read
     * does not.
     */
    public static boolean developerMode(Path slot) {
        try {
            String profile = Files.readString(slot.resolve(PROFILE));
            int at = profile.indexOf(DEVELOPER_MODE);
            while (at >= 0 && !isLine(profile, at, at + DEVELOPER_MODE.length())) {
                at = profile.indexOf(DEVELOPER_MODE, at + 1);
            }
            return at >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isLine(String text, int start, int end) {
        return (start == 0 || text.charAt(start - 1) == '\n')
                && (end == text.length() || text.charAt(end) == '\n' || text.charAt(end) == '\r');
    }
}
