package io.armature.boot.application;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the application's process end before the appliance where memory gets scarce, and by itself
 * where it leaks: a leak is to cost its own service, not the device.
 *
 * @param addressSpaceMegabytes most address space of each of its processes, 0 for any
 */
public record ApplicationLimits(int addressSpaceMegabytes) {

    /** What the kernel adds to its score: 1,000 and it is always the first to go. */
    static final int OOM_SCORE = 500;

    private static final int KILOBYTES = 1_024;
    private static final String SHELL = "/bin/sh";
    private static final String SCRIPT =
            "{ echo \"$1\" >/proc/self/oom_score_adj; } 2>/dev/null || :\n"
                    + "[ \"$2\" -eq 0 ] || ulimit -v \"$2\" || exit 126\n"
                    + "shift 2\n"
                    + "exec \"$@\"\n";

    /** Refuses negative limits. */
    public ApplicationLimits {
        if (addressSpaceMegabytes < 0) {
            throw new IllegalArgumentException(
                    "address space must be >= 0 MiB, was " + addressSpaceMegabytes);
        }
    }

    /**
     * The command that sets the limits and becomes that program. A program that cannot be run is
     * left alone: starting it says why.
     */
    public List<String> around(List<String> command) {
        if (!Files.isExecutable(Path.of(command.get(0)))) {
            return command;
        }
        long kilobytes = (long) addressSpaceMegabytes * KILOBYTES;
        List<String> limited =
                new ArrayList<>(
                        List.of(
                                SHELL,
                                "-c",
                                SCRIPT,
                                "application",
                                Integer.toString(OOM_SCORE),
                                Long.toString(kilobytes)));
        limited.addAll(command);
        return limited;
    }
}
