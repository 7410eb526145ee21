package io.armature.platform.api;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Lets one line in a while into the log for what a peer can trigger, so that it cannot push others
 * out of it. Any thread.
 */
public final class RateLimit {

    /** Between two lines about one kind of event. */
    public static final Duration PERIOD = Duration.ofSeconds(10);

    private final DeviceClock clock;
    private boolean spoken;
    private long lastNanos;
    private long suppressed;

    /** The first line may come at once. */
    public RateLimit(DeviceClock clock) {
        this.clock = clock;
    }

    /**
     * Asks for a line.
     *
     * @return how many were left out since the last one; empty if this one is to be left out, too
     */
    public synchronized OptionalLong permit() {
        long now = clock.monotonicNanos();
        if (spoken && now - lastNanos < PERIOD.toNanos()) {
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
