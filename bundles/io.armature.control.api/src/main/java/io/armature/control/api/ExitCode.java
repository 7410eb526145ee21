package io.armature.control.api;

/** Exit codes of every command. */
public enum ExitCode {
    OK(0),
    FAILED(1),
    USAGE(2),
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
