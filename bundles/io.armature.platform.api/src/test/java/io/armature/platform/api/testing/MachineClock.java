package io.armature.platform.api.testing;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The time of this machine, with one timer thread that keeps no JVM alive. Closing ends it. */
public final class MachineClock implements DeviceClock, AutoCloseable {

    private final ScheduledThreadPoolExecutor timers =
            new ScheduledThreadPoolExecutor(
                    1,
                    task -> {
                        Thread thread = new Thread(task, "machine-clock");
                        thread.setDaemon(true);
                        return thread;
                    });

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
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must be >= 0, was " + delay);
        }
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(task, "task");
        AtomicBoolean over = new AtomicBoolean();
        timers.schedule(
                () -> {
                    if (over.compareAndSet(false, true)) {
                        executor.execute(task);
                    }
                },
                delay.toNanos(),
                TimeUnit.NANOSECONDS);
        return () -> over.compareAndSet(false, true);
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }
}
