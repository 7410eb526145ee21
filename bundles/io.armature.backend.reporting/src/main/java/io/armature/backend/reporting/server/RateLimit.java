package io.armature.backend.reporting.server;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.OptionalLong;

/** Lets one line in ten seconds into the log for what a peer can trigger. Thread-safe. */
final class RateLimit {

    private static final long PERIOD_NANOS = Duration.ofSeconds(10).toNanos();

    private final DeviceClock clock;
    private boolean spoken;
    private long lastNanos;
    private long suppressed;

    RateLimit(DeviceClock clock) {
        this.clock = clock;
    }

    /** How many were suppressed since the last line, if there may be one now. */
    synchronized OptionalLong permit() {
        long now = clock.monotonicNanos();
        if (spoken && now - lastNanos < PERIOD_NANOS) {
            suppressed++;
            return OptionalLong.empty();
        }
        spoken = true;
        lastNanos = now;
        long before = suppressed;
        suppressed = 0;
        return OptionalLong.of(before);
    }
}
