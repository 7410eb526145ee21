package io.armature.services.api;

/** A call that was held too long, or one too many, while its owner was away. Try again later. */
public final class ServiceAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message one line: which service, and what happened
     */
    public ServiceAwayException(String message) {
        super(message);
    }
}
