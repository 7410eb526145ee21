package io.armature.platform.api.testing;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Time that goes on only when a test says so. Any thread may call this; tasks are handed over on
 * the thread that lets time pass.
 */
public final class HandClock implements DeviceClock {

    private static final long WAIT_NANOS = 60_000_000_000L;

    private final List<Pending> timers = new ArrayList<>();
    private Instant wall;
    private long nanos;

    /** A clock that shows the epoch. */
    public HandClock() {
        this(Instant.EPOCH, 1_000_000_000L);
    }

    /**
     * @param wall what the wall clock shows first
     * @param monotonicNanos where monotonic time begins; it may overflow
     */
    public HandClock(Instant wall, long monotonicNanos) {
        this.wall = wall;
        this.nanos = monotonicNanos;
    }

    private final class Pending implements Timer {
        private final long due;
        private final Executor executor;
        private final Runnable task;

        Pending(long due, Executor executor, Runnable task) {
            this.due = due;
            this.executor = executor;
            this.task = task;
        }

        @Override
        public boolean cancel() {
            synchronized (HandClock.this) {
                return timers.remove(this);
            }
        }

        void handOver() {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                // its owner is closed: the task is lost, as with the device's clock
                return;
            }
        }
    }

    /**
     * Lets time pass, also on the wall, from one timer to the next: each is handed over at its due
     * moment, those set meanwhile too.
     */
    public void advance(Duration time) {
        long end;
        synchronized (this) {
            end = nanos + time.toNanos();
        }
        for (Optional<Pending> next = next(end); next.isPresent(); next = next(end)) {
            next.get().handOver();
        }
        moveTo(end);
    }

    /** Takes the first timer that is due by then and moves time to it. */
    private synchronized Optional<Pending> next(long end) {
        Pending first = null;
        for (Pending one : timers) {
            if (one.due - end <= 0 && (first == null || one.due - first.due < 0)) {
                first = one;
            }
        }
        if (first != null) {
            timers.remove(first);
            moveTo(first.due);
        }
        return Optional.ofNullable(first);
    }

    private synchronized void moveTo(long to) {
        if (to - nanos > 0) {
            wall = wall.plusNanos(to - nanos);
            nanos = to;
        }
    }

    /** Has the wall clock jump; timers take no notice. */
    public synchronized void jumpTo(Instant time) {
        wall = time;
    }

    /** How many timers are pending. */
    public synchronized int pending() {
        return timers.size();
    }

    /** How long until the first of them is due; empty if there is none. */
    public synchronized Optional<Duration> untilNext() {
        return timers.stream()
                .map(timer -> Duration.ofNanos(timer.due - nanos))
                .min(Comparator.naturalOrder());
    }

    /**
     * Waits until that many timers are pending.
     *
     * @throws AssertionError after 60 s, with how many there are
     */
    public synchronized void awaitPending(int least) {
        long end = System.nanoTime() + WAIT_NANOS;
        try {
            while (timers.size() < least) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(
                            "only " + timers.size() + " timers are pending, not " + least);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public synchronized Instant wall() {
        return wall;
    }

    @Override
    public Instant minimumDate() {
        return Instant.EPOCH;
    }

    @Override
    public synchronized long monotonicNanos() {
        return nanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Executor executor, Runnable task) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must be >= 0, was " + delay);
        }
        Pending timer =
                new Pending(
                        nanos + delay.toNanos(),
                        Objects.requireNonNull(executor, "executor"),
                        Objects.requireNonNull(task, "task"));
        timers.add(timer);
        notifyAll();
        return timer;
    }
}
