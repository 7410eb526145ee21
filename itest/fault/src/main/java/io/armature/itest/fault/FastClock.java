package io.armature.itest.fault;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.testing.MachineClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/** Timers that expire fifty times as early, so that periods of minutes fit into a round. */
final class FastClock implements DeviceClock {

    static final int FACTOR = 50;

    private final MachineClock machine = new MachineClock();

    @Override
    public Instant wall() {
        return machine.wall();
    }

    @Override
    public Instant minimumDate() {
        return Instant.parse("2025-01-01T00:00:00Z");
    }

    @Override
    public long monotonicNanos() {
        return machine.monotonicNanos();
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        return machine.after(delay.dividedBy(FACTOR), executor, task);
    }
}
