package io.armature.reporting.command;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Time that stands still; timers run when the test lets them. */
final class FakeClock implements DeviceClock {

    private final List<Pending> timers = new ArrayList<>();

    private static final class Pending implements Timer {
        final Runnable task;
        private boolean over;

        Pending(Runnable task) {
            this.task = task;
        }

        @Override
        public synchronized boolean cancel() {
            boolean first = !over;
            over = true;
            return first;
        }
    }

    /** Lets every pending timer expire. */
    void expireAll() {
        List<Pending> due;
        synchronized (this) {
            due = List.copyOf(timers);
            timers.clear();
        }
        for (Pending timer : due) {
            if (timer.cancel()) {
                timer.task.run();
            }
        }
    }

    @Override
    public Instant wall() {
        return Instant.parse("2026-03-04T05:06:07.008009Z");
    }

    @Override
    public Instant minimumDate() {
        return Instant.EPOCH;
    }

    @Override
    public long monotonicNanos() {
        return 0;
    }

    @Override
    public synchronized Timer after(Duration delay, Executor executor, Runnable task) {
        Pending timer = new Pending(() -> executor.execute(task));
        timers.add(timer);
        return timer;
    }
}
