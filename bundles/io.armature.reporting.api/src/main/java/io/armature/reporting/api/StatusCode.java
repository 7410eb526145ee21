package io.armature.reporting.api;

/** Status codes with the numbers of the original ({@code absl::StatusCode}). */
public enum StatusCode {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    ALREADY_EXISTS,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    ABORTED,
    OUT_OF_RANGE,
    UNIMPLEMENTED,
    INTERNAL,
    UNAVAILABLE,
    DATA_LOSS,
    UNAUTHENTICATED;

    /** The number on the wire. */
    public int number() {
        return ordinal();
    }

    /** Whether the same call may succeed later. */
    public boolean retryable() {
        return this == UNAVAILABLE || this == RESOURCE_EXHAUSTED;
    }
}
