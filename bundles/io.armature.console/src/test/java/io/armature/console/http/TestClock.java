package io.armature.console.http;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Time that passes only when a test says so. */
public final class TestClock implements DeviceClock {

    private record Pending(long at, Executor executor, Runnable task) {}

    private final List<Pending> pending = new ArrayList<>();
    private long now = 1_000_000_000L;

    @Override
    public Instant wall() {
        return Instant.EPOCH;
    }

    @Override
    public Instant minimumDate() {
        return Instant.EPOCH;
    }

    @Override
    public synchronized long monotonicNanos() {
        return now;
    }

    @Override
    public synchronized Timer after(Duration delay, Executor executor, Runnable task) {
        Pending timer = new Pending(now + delay.toNanos(), executor, task);
        pending.add(timer);
        return () -> remove(timer);
    }

    private synchronized boolean remove(Pending timer) {
        return pending.remove(timer);
    }

    /** Timers that have not expired. */
    public synchronized int timers() {
        return pending.size();
    }

    /** Lets time pass and hands over what is due. */
    public void pass(Duration time) {
        List<Pending> due;
        synchronized (this) {
            now += time.toNanos();
            due = pending.stream().filter(timer -> timer.at() <= now).toList();
            pending.removeAll(due);
        }
        due.forEach(timer -> timer.executor().execute(timer.task()));
    }
}
