package io.armature.reporting.upload;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How fast records come, for the server (section 7.9 of the specification): bytes of records over
 * the wall time that they took, looked at when a batch goes out and an interval has passed. No
 * timer. Thread-safe.
 */
public final class EventRate {

    private final DeviceClock clock;
    private final Duration interval;
    private final LongAdder bytes = new LongAdder();

    // Guarded by this.
    private Instant since;
    private OptionalLong last = OptionalLong.empty();

    /**
     * @param interval over which bytes are counted, at least
     */
    public EventRate(DeviceClock clock, Duration interval) {
        this.clock = clock;
        this.interval = interval;
        this.since = clock.wall();
    }

    /** A record came. */
    public void add(long recordBytes) {
        bytes.add(recordBytes);
    }

    /** Bytes a second; empty in the first interval and after one in which the clock went back. */
    synchronized OptionalLong perSecond() {
        Instant now = clock.wall();
        Duration passed = Duration.between(since, now);
        if (passed.isNegative()) {
            bytes.sumThenReset();
            since = now;
            last = OptionalLong.empty();
        } else if (passed.compareTo(interval) >= 0) {
            last = OptionalLong.of(bytes.sumThenReset() / Math.max(1, passed.toSeconds()));
            since = now;
        }
        return last;
    }
}
