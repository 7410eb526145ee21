package io.armature.cli;

/** A call that ended without the device's exit code: one line and a code. */
final class CallException extends Exception {

    private static final long serialVersionUID = 1L;

    static final int FAILED = 1;
    static final int NOT_RUNNING = 3;

    private final int exitCode;

    CallException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
