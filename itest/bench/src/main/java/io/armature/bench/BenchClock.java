package io.armature.bench;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The machine's clock. */
final class BenchClock implements DeviceClock, AutoCloseable {

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    @Override
    public Instant wall() {
        return Instant.now();
    }

    @Override
    public Instant minimumDate() {
        return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        Future<?> pending =
                timers.schedule(
                        () -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }
}
