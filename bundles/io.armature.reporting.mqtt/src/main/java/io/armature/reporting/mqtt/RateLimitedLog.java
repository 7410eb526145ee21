package io.armature.reporting.mqtt;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warnings that a peer can trigger: one at most in ten seconds, with the number of those left out.
 * Any thread may call this.
 */
final class RateLimitedLog {

    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final LongSupplier nanos;
    private long nextNanos;
    private boolean used;
    private long leftOut;

    /**
     * @param nanos monotonic time
     */
    RateLimitedLog(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    void warn(String event, String facts) {
        long missing;
        synchronized (this) {
            long now = nanos.getAsLong();
            if (used && now - nextNanos < 0) {
                leftOut++;
                return;
            }
            used = true;
            nextNanos = now + PAUSE_NANOS;
            missing = leftOut;
            leftOut = 0;
        }
        log.warn("{} {} left_out={}", event, facts, missing);
    }
}
