package io.armature.reporting.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long what cannot be read is given: a cable, a bus or a busy disk may come back within
 * seconds, a bad sector does not. Not thread-safe: who reads uses it.
 *
 * @param <T> what is read
 */
public final class ReadRetries<T> {

    /** Tries again after 1, 2, 4, 8 and 16 s. */
    private static final int RETRIES = 5;

    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Map<T, Integer> failures = new HashMap<>();

    /**
     * @return when to try again; empty if it was tried often enough
     */
    public Optional<Duration> failed(T read) {
        int count = failures.merge(read, 1, Integer::sum);
        return count <= RETRIES
                ? Optional.of(FIRST.multipliedBy(1L << (count - 1)))
                : Optional.empty();
    }

    /** All was read: errors that show later start anew. */
    public void passed() {
        failures.clear();
    }
}
