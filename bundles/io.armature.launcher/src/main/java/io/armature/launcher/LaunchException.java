package io.armature.launcher;

/** Ends the launch: one line for the operator and the status the process ends with. */
final class LaunchException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    LaunchException(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    LaunchException(ExitStatus status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    static LaunchException refused(String message) {
        return new LaunchException(ExitStatus.SLOT_REFUSED, message);
    }

    ExitStatus status() {
        return status;
    }
}
