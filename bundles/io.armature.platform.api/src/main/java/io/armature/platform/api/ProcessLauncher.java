package io.armature.platform.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts child processes. Each is recorded with pid and start time in a file before this returns,
 * so that one left over by a killed appliance is ended at the next start. Any thread may call this.
 */
@ProviderType
public interface ProcessLauncher {

    /**
     * Starts a process with closed standard input.
     *
     * @param command program and arguments, at least one, not interpreted by a shell
     * @param environment added to a minimal environment ({@code PATH}, {@code HOME}, {@code LANG})
     * @param log file that standard output and error are appended to, made if it is missing
     * @throws IllegalArgumentException if the command is empty
     * @throws IOException if the program cannot be run or the child cannot be recorded; nothing
     *     runs then
     */
    Child start(List<String> command, Map<String, String> environment, Path log) throws IOException;

    /**
     * The running child with that process id, if this appliance started it: how a new version of a
     * provider finds what the earlier one started.
     */
    Optional<Child> running(long pid);

    /** A running child. */
    @ProviderType
    interface Child {
        /** The kernel's process id. */
        long pid();

        /**
         * Completes with the exit status, 128 + signal for a killed process, -1 if it is not known
         * because the provider was replaced meanwhile. The child is no longer {@link #running}
         * then. Completing the returned stage is seen by nobody else.
         */
        CompletionStage<Integer> exit();

        /**
         * Sends SIGTERM and, if the process still runs after 3 s, SIGKILL, to it and all that it
         * has started. Returns at once; does nothing if it has ended.
         */
        void stop();
    }
}
