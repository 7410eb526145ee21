package io.armature.reporting.upload;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.Optional;

/** A queue's time between uploads: runs from the first write after the last end. Thread-safe. */
final class Period {

    private final Outlet outlet;
    private final Optional<Duration> length;
    private final Runnable ended;

    // Guarded by this.
    private DeviceClock.Timer timer;
    private boolean closed;

    /**
     * @param length empty or zero: there is nothing to wait for
     * @param ended run as a job at each end
     */
    Period(Outlet outlet, Optional<Duration> length, Runnable ended) {
        this.outlet = outlet;
        this.length = length.filter(every -> !every.isZero());
        this.ended = ended;
    }

    /** Begins unless it runs already. */
    synchronized void begin() {
        if (length.isPresent() && timer == null && !closed) {
            timer = outlet.clock().after(length.get(), outlet.jobs(), this::end);
        }
    }

    private void end() {
        synchronized (this) {
            timer = null;
        }
        ended.run();
    }

    /** No more ends. */
    synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
