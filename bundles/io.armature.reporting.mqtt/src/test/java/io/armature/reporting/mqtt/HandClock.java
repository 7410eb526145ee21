package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Time that moves only when told. */
final class HandClock implements DeviceClock {

    private record Pending(long dueNanos, Executor executor, Runnable task) {}

    private final List<Pending> pending = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 5_000_000_000L; // overflows during the tests

    void advance(Duration by) {
        List<Pending> due = new ArrayList<>();
        synchronized (this) {
            nanos += by.toNanos();
            pending.removeIf(one -> nanos - one.dueNanos() >= 0 && due.add(one));
        }
        due.forEach(one -> one.executor().execute(one.task()));
    }

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
        return nanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Executor executor, Runnable task) {
        Pending one = new Pending(nanos + delay.toNanos(), executor, task);
        pending.add(one);
        return () -> {
            synchronized (this) {
                return pending.remove(one);
            }
        };
    }
}
