package io.armature.itest.system;

import java.util.concurrent.locks.LockSupport;

/** A fixed number of turns a second, for all who ask together, until it is ended. */
final class Load implements Writer.Pace {

    private final long intervalNanos;
    private final long start = System.nanoTime();
    private long turns;
    private volatile boolean ended;

    Load(int perSecond) {
        this.intervalNanos = 1_000_000_000L / perSecond;
    }

    @Override
    public boolean next() throws InterruptedException {
        long due;
        synchronized (this) {
            due = start + turns++ * intervalNanos;
        }
        // The load's own clock: this is what makes it a rate, not a wait for something.
        for (long left = due - System.nanoTime(); left > 0 && !ended; ) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            left = due - System.nanoTime();
        }
        return !ended;
    }

    void end() {
        ended = true;
    }

    synchronized long turns() {
        return turns;
    }
}
