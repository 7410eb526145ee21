package io.armature.reporting.storage;

import java.io.IOException;

/** The disk or the quota is full; the same call works when there is space again. */
public final class NoSpaceException extends IOException {

    private static final long serialVersionUID = 1L;

    public NoSpaceException(String message) {
        super(message);
    }

    public NoSpaceException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
