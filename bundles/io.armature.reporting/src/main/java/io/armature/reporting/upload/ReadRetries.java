package io.armature.reporting.upload;

import io.armature.reporting.queue.Segment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long a segment that cannot be read is given: a cable, a bus or a busy disk may come back
 * within seconds, a bad sector does not. Not thread-safe: the pass that runs uses it.
 */
final class ReadRetries {

    /** Tries again after 1, 2, 4, 8 and 16 s. */
    static final int RETRIES = 5;

    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Map<Segment, Integer> failures = new HashMap<>();

    /**
     * @return when to try again; empty if it was tried often enough
     */
    Optional<Duration> failed(Segment segment) {
        int count = failures.merge(segment, 1, Integer::sum);
        return count <= RETRIES
                ? Optional.of(FIRST.multipliedBy(1L << (count - 1)))
                : Optional.empty();
    }

    /** A pass came through: errors that show later start anew. */
    void passed() {
        failures.clear();
    }
}
