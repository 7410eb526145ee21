package io.armature.services.api;

import java.util.Optional;

/**
 * Why a pipe, a registration or a call was refused. Numbers are the original's and never change.
 */
public enum ErrorCode {
    /** What no other code says; the text tells more. */
    UNKNOWN(1),
    /** No owner came in time. */
    TIMEOUT(2),
    /** Policy does not allow it to this caller. */
    PERMISSION_DENIED(3),
    /** The service has an owner. */
    SERVICE_ALREADY_REGISTERED(4),
    /** No policy names the service. */
    SERVICE_NOT_FOUND(5),
    /** The operating system refused, for example who the peer is. */
    UNEXPECTED_OS_ERROR(6);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** Number on the wire, 1 to 6. */
    public int number() {
        return number;
    }

    /** The code of a number, if this version knows it. */
    public static Optional<ErrorCode> of(long number) {
        return number >= 1 && number <= values().length
                ? Optional.of(values()[(int) number - 1])
                : Optional.empty();
    }
}
