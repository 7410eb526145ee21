package io.armature.services.api;

import java.util.Objects;

/** A query that was refused. */
public final class ServiceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * @param message one line: which service, why, and what to do
     */
    public ServiceException(ErrorCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** Why. */
    public ErrorCode code() {
        return code;
    }
}
