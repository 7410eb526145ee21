package io.armature.control.api;

/** Ends a command with one line on the error stream and an exit code. */
public final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /**
     * @param message one line: what is wrong and what to do
     */
    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Failed for a reason that is no mistake of the caller. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message);
    }

    /** The caller used the command wrongly. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
