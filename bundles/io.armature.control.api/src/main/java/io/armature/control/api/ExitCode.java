package io.armature.control.api;

/** Exit codes of every command. */
public enum ExitCode {
    /** Done. */
    OK(0),
    /** Not done; one line on the error stream says why. */
    FAILED(1),
    /** Wrong words or flags; nothing was done. */
    USAGE(2),
    /** No device runs in the root. */
    NOT_RUNNING(3);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process's exit status. */
    public int code() {
        return code;
    }
}
