package io.armature.services.client;

import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log lines about what the process's own code throws: those at the other ends of pipes can bring it
 * about as often as they like, so there is one line in a while for a client. Loop's thread.
 */
final class FailureLines {

    /** Between two lines. */
    static final Duration PERIOD = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(FailureLines.class);

    private final Timing timing;
    private boolean spoken;
    private long last;
    private long leftOut;

    FailureLines(Timing timing) {
        this.timing = timing;
    }

    /**
     * @param what has failed
     */
    void add(String what, Exception failure) {
        OptionalLong before = permit();
        if (before.isPresent()) {
            LOG.warn("{} left_out={}", what, before.getAsLong(), failure);
        }
    }

    /** How many were left out since the last line; empty if this one is, too. */
    OptionalLong permit() {
        long now = timing.nanos();
        if (spoken && now - last < PERIOD.toNanos()) {
            leftOut++;
            return OptionalLong.empty();
        }
        spoken = true;
        last = now;
        long before = leftOut;
        leftOut = 0;
        return OptionalLong.of(before);
    }
}
