package io.armature.services.api;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How a {@link Sticky} stand-in holds calls.
 *
 * @param limit calls held at most, 0 or more; one more fails at once
 * @param time how long a call is held at most
 * @param away makes the failure of a call that was held too long or is one too many, from a
 *     sentence that says so; the interface's own retryable exception, or a {@link
 *     ServiceAwayException}
 * @param handedBack tells of a failure by an owner that has gone that the call had not started:
 *     nothing of it happened. Such a call is held again, at its old place
 */
public record Hold(
        int limit,
        Duration time,
        Function<String, Throwable> away,
        Predicate<Throwable> handedBack) {

    /** Rejects negative limits. */
    public Hold {
        Objects.requireNonNull(away, "away");
        Objects.requireNonNull(handedBack, "handedBack");
        if (limit < 0 || time.isNegative()) {
            throw new IllegalArgumentException(
                    "limit and time must be >= 0, were " + limit + " and " + time);
        }
    }

    /** Holds so many calls so long; then they fail with {@link ServiceAwayException}. */
    public static Hold of(int limit, Duration time) {
        return new Hold(limit, time, ServiceAwayException::new, failure -> false);
    }
}
