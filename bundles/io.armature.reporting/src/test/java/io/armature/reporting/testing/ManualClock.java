package io.armature.reporting.testing;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/** Time that goes on only when a test says so. */
public final class ManualClock implements DeviceClock {

    private static final Instant START = Instant.parse("2026-06-01T00:00:00Z");

    private final List<Task> tasks = new ArrayList<>();
    private long nanos = 1_000_000;

    private final class Task implements Timer {
        private final long due;
        private final Executor executor;
        private final Runnable run;

        Task(long due, Executor executor, Runnable run) {
            this.due = due;
            this.executor = executor;
            this.run = run;
        }

        @Override
        public boolean cancel() {
            synchronized (ManualClock.this) {
                return tasks.remove(this);
            }
        }
    }

    @Override
    public synchronized Instant wall() {
        return START.plusNanos(nanos);
    }

    @Override
    public Instant minimumDate() {
        return START;
    }

    @Override
    public synchronized long monotonicNanos() {
        return nanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Executor executor, Runnable task) {
        Task added = new Task(nanos + delay.toNanos(), executor, task);
        tasks.add(added);
        return added;
    }

    /** Lets time pass and hands over what is due, in order. */
    public void advance(Duration time) {
        List<Task> due;
        synchronized (this) {
            nanos += time.toNanos();
            due =
                    tasks.stream()
                            .filter(task -> task.due <= nanos)
                            .sorted(Comparator.comparingLong(task -> task.due))
                            .toList();
            tasks.removeAll(due);
        }
        due.forEach(task -> task.executor.execute(task.run));
    }

    /** How many timers are pending. */
    public synchronized int pending() {
        return tasks.size();
    }
}
