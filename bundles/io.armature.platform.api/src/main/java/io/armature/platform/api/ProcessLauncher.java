package io.armature.platform.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Starts child processes. Each is recorded durably with pid and start time before this returns, so
 * that one left over by a killed appliance is ended at the next start.
 */
@ProviderType
public interface ProcessLauncher {

    /**
     * Starts a process with closed standard input.
     *
     * @param command program and arguments, not interpreted by a shell
     * @param environment added to a minimal environment ({@code PATH}, {@code HOME}, {@code LANG})
     * @param log file that standard output and error are appended to
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
         * because the provider was replaced meanwhile.
         */
        CompletionStage<Integer> exit();

        /** Sends SIGTERM and, if the process still runs after 3 s, SIGKILL. Returns at once. */
        void stop();
    }
}
