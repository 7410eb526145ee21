package io.armature.platform.api;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Wall time, monotonic time and timers of the device.
 *
 * <p>Any thread may call this. Tests replace it to jump the wall clock and to let timers expire at
 * once.
 */
@ProviderType
public interface DeviceClock {

    /** Wall time; may jump either way. A clock before {@link #minimumDate()} has never been set. */
    Instant wall();

    /** The date of the build: no correct clock shows an earlier one. */
    Instant minimumDate();

    /** Nanoseconds since the kernel started (CLOCK_MONOTONIC); never goes back. */
    long monotonicNanos();

    /**
     * Runs a task once after a delay of monotonic time. A task that its executor refuses is lost;
     * other timers take no notice.
     *
     * @param delay zero or more, at most 292 years
     * @param executor where the task runs; the timer's own thread only hands it over
     * @throws IllegalArgumentException if the delay is negative
     */
    Timer after(Duration delay, Executor executor, Runnable task);

    /** A pending task. */
    @ProviderType
    interface Timer {
        /**
         * Prevents the task from being handed over. Any thread may call this, the task included.
         *
         * @return true if the task will not be handed over because of this call; false if it was,
         *     or was cancelled before
         */
        boolean cancel();
    }
}
