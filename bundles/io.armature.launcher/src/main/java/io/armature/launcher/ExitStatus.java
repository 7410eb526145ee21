package io.armature.launcher;

/**
 * How the appliance's process ends; the table for operators is docs/operations/exit-codes.md. Other
 * statuses are the JVM's own or 128 + signal, and count as a death.
 */
public enum ExitStatus {
    /** Stopped on request, every bundle stopped. */
    STOPPED(0, false),
    /** Wrong arguments or properties. */
    USAGE(2, false),
    /**
     * The slot is not what its lock says: a changed, missing or extra file, or a malformed lock.
     */
    SLOT_REFUSED(10, false),
    /** Another appliance runs on this root. */
    ALREADY_RUNNING(11, false),
    /** The root's directories cannot be made or written. */
    ROOT_UNUSABLE(12, false),
    /** No allowed JVM is installed (said by the stub). */
    NO_JVM(13, false),
    /** The framework did not start or a bundle of the lock could not be installed. */
    FRAMEWORK_FAILED(14, true),
    /** The framework stopped although nobody asked for it. */
    FRAMEWORK_DIED(15, true),
    /** Stopping took longer than 5 s and was cut off. */
    STOP_TIMED_OUT(16, false),
    /** Died seven times within 60 s (said by the stub). */
    GAVE_UP(70, false);

    private final int code;
    private final boolean repeated;

    ExitStatus(int code, boolean repeated) {
        this.code = code;
        this.repeated = repeated;
    }

    /** The process's exit status. */
    public int code() {
        return code;
    }

    /** True if the stub runs the JVM again after this status. */
    public boolean repeated() {
        return repeated;
    }
}
