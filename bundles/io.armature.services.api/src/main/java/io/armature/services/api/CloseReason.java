package io.armature.services.api;

import java.util.Objects;
import java.util.Optional;

/**
 * Why one end of a pipe was closed, as the other end is told.
 *
 * @param code 0 to 2^32 - 1; 0: closed without a reason, or the peer is gone; 1 to 6: see {@link
 *     ErrorCode}; the rest belongs to the two ends
 * @param text one line for people, at most 1,024 characters; only the code is contract
 */
public record CloseReason(long code, String text) {

    /** Longest text, characters. */
    public static final int TEXT_LIMIT = 1_024;

    /** Closed without a reason. */
    public static final CloseReason NONE = new CloseReason(0, "");

    /** Checks the range and shortens a text that is too long. */
    public CloseReason {
        Objects.requireNonNull(text, "text");
        if (code < 0 || code > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("code must be 0 to 4294967295, was " + code);
        }
        if (text.length() > TEXT_LIMIT) {
            text = text.substring(0, TEXT_LIMIT);
        }
    }

    /** A reason of the service manager's. */
    public static CloseReason of(ErrorCode code, String text) {
        return new CloseReason(code.number(), text);
    }

    /** The error, if the code is one that this version knows. */
    public Optional<ErrorCode> error() {
        return ErrorCode.of(code);
    }
}
