package io.armature.itest.fault;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Timers that expire fifty times as early, so that periods of minutes fit into a round. */
final class FastClock implements DeviceClock {

    private static final int FACTOR = 50;

    private final ScheduledExecutorService timers =
            Executors.newSingleThreadScheduledExecutor(
                    r -> {
                        Thread thread = new Thread(r, "device-timer");
                        thread.setDaemon(true);
                        return thread;
                    });

    @Override
    public Instant wall() {
        return Instant.now();
    }

    @Override
    public Instant minimumDate() {
        return Instant.parse("2025-01-01T00:00:00Z");
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        ScheduledFuture<?> pending =
                timers.schedule(
                        () -> executor.execute(task),
                        delay.toNanos() / FACTOR,
                        TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }
}
