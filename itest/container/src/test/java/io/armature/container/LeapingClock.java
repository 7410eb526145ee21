package io.armature.container;

import static org.junit.Assert.assertTrue;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The device's clock, but 30 s pass when the test says so. */
final class LeapingClock implements DeviceClock {

    private static final Duration LEAP = Duration.ofSeconds(30);
    private static final Duration SHORTEST_HELD = Duration.ofSeconds(25);

    private final DeviceClock real;
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private volatile long leaptNanos;

    LeapingClock(DeviceClock real) {
        this.real = real;
    }

    void awaitFailsafeTimer() throws InterruptedException {
        assertTrue("a timer of 30 s within 30 s", waiting.await(30, TimeUnit.SECONDS));
    }

    void leapOverThirtySeconds() {
        leaptNanos = LEAP.toNanos();
        held.forEach(Runnable::run);
    }

    @Override
    public Instant wall() {
        return real.wall();
    }

    @Override
    public Instant minimumDate() {
        return real.minimumDate();
    }

    @Override
    public long monotonicNanos() {
        return real.monotonicNanos() + leaptNanos;
    }

    @Override
    public Timer after(Duration delay, Executor executor, Runnable task) {
        if (delay.compareTo(SHORTEST_HELD) < 0 || delay.compareTo(LEAP) > 0) {
            return real.after(delay, executor, task);
        }
        Runnable expiry = () -> executor.execute(task);
        held.add(expiry);
        waiting.countDown();
        return () -> held.remove(expiry);
    }
}
