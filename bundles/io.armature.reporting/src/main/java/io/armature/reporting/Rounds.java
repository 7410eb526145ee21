package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.upload.KeyRequests;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Looks now and then at what changes within days: the age of the key, and queues that nobody writes
 * to. One timer, set for whichever is due first. Thread-safe.
 */
final class Rounds {

    /** A queue that is due may have to wait for its disk. */
    private static final Duration NEXT_LOOK = Duration.ofSeconds(1);

    private final DeviceClock clock;
    private final Executor jobs;
    private final Supplier<SpoolSettings> settings;
    private final KeyRequests keys;
    private final Queues queues;

    // Guarded by this.
    private DeviceClock.Timer next;
    private long keysSeenNanos;
    private boolean closed;

    /**
     * @param jobs where it is looked
     * @param settings of the moment
     */
    Rounds(
            DeviceClock clock,
            Executor jobs,
            Supplier<SpoolSettings> settings,
            KeyRequests keys,
            Queues queues) {
        this.clock = clock;
        this.jobs = jobs;
        this.settings = settings;
        this.keys = keys;
        this.queues = queues;
        this.keysSeenNanos = clock.monotonicNanos();
    }

    /** Sets the timer anew: at the start, and when settings have changed. */
    void plan() {
        plan(Duration.ZERO);
    }

    private synchronized void plan(Duration least) {
        if (closed) {
            return;
        }
        if (next != null) {
            next.cancel();
        }
        long now = clock.monotonicNanos();
        long idle = queues.untilIdleNanos(now, settings.get().idleAfter());
        long keyCheck = settings.get().uploads().keyCheck().toNanos() - (now - keysSeenNanos);
        long soonest = Math.min(Math.max(least.toNanos(), idle), keyCheck);
        Duration wait = Duration.ofNanos(Math.max(0, soonest));
        next = clock.after(wait, jobs, this::look);
    }

    private void look() {
        long now = clock.monotonicNanos();
        boolean keysDue;
        synchronized (this) {
            if (closed) {
                return;
            }
            keysDue = now - keysSeenNanos >= settings.get().uploads().keyCheck().toNanos();
            if (keysDue) {
                keysSeenNanos = now;
            }
        }
        if (keysDue) {
            keys.checkAge();
        }
        queues.retireIdle(now - settings.get().idleAfter().toNanos());
        plan(NEXT_LOOK);
    }

    synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }
}
