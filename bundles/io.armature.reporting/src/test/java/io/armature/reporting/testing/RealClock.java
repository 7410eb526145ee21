package io.armature.reporting.testing;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The time of this machine. */
public final class RealClock implements DeviceClock {

    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1,
                    task -> {
                        Thread thread = new Thread(task, "timer");
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
        ScheduledFuture<?> due =
                timer.schedule(() -> executor.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }
}
