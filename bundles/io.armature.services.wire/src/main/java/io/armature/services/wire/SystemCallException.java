package io.armature.services.wire;

import java.io.IOException;

/** A system call that failed. */
public final class SystemCallException extends IOException {

    /** Nothing has that name. */
    public static final int NO_ENTRY = 2;

    /** This process has as many descriptors as it may. */
    public static final int TOO_MANY_FILES = 24;

    /** Nobody listens. */
    public static final int REFUSED = 111;

    private static final long serialVersionUID = 1L;

    private final int error;

    SystemCallException(String what, int error) {
        super(what + ": error " + error);
        this.error = error;
    }

    /** {@code errno}, see errno(3). */
    public int error() {
        return error;
    }
}
