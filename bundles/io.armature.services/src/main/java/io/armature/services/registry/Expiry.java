package io.armature.services.registry;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * When waiting requests end: one timer of the clock, for the earliest deadline, and none where
 * nobody has one. Belongs to the registry's turn.
 */
final class Expiry {

    /** A request that may wait longer waits for ever. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final DeviceClock clock;
    private final Executor timers;
    private final Runnable due;
    private final Deadlines deadlines = new Deadlines();
    private DeviceClock.Timer timer;
    private long timerAtNanos;

    /**
     * @param timers where the timer runs
     * @param due run there when a deadline may be over
     */
    Expiry(DeviceClock clock, Executor timers, Runnable due) {
        this.clock = clock;
        this.timers = timers;
        this.due = due;
    }

    /** Has it end after that time from now. */
    void add(Waiting request, Duration timeout) {
        if (timeout.compareTo(LONGEST) <= 0) {
            long delay = timeout.isNegative() ? 0 : timeout.toNanos();
            request.deadlineNanos = clock.monotonicNanos() + delay;
            deadlines.add(request);
            arm();
        }
    }

    /** It waits no more; {@link #arm} follows when all that go have gone. */
    void remove(Waiting request) {
        deadlines.remove(request);
    }

    /** The time has come to look; returns it. */
    long rang() {
        long now = clock.monotonicNanos();
        if (timer != null && timerAtNanos - now <= 0) {
            timer = null;
        }
        return now;
    }

    /** The first whose deadline is over by then, null if there is none. */
    Waiting over(long now) {
        Waiting first = deadlines.first();
        return first != null && first.deadlineNanos - now <= 0 ? first : null;
    }

    /** Sees to it that the clock rings at the earliest deadline, or not at all. */
    void arm() {
        Waiting first = deadlines.first();
        if (timer != null && (first == null || first.deadlineNanos - timerAtNanos < 0)) {
            timer.cancel();
            timer = null;
        }
        if (first != null && timer == null) {
            timerAtNanos = first.deadlineNanos;
            long delay = Math.max(0, timerAtNanos - clock.monotonicNanos());
            timer = clock.after(Duration.ofNanos(delay), timers, due);
        }
    }
}
