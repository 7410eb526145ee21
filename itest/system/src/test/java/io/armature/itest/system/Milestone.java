package io.armature.itest.system;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits until a count has gone on by some amount. */
final class Milestone {

    private final int distance;
    private final CountDownLatch latch = new CountDownLatch(1);
    private volatile int start;
    private volatile int seen;

    /**
     * @param start from where to count
     */
    Milestone(int start, int distance) {
        this.start = start;
        this.distance = distance;
    }

    /** Counts from here instead. */
    void from(int count) {
        start = count;
    }

    void reached(int count) {
        seen = count;
        if (count >= start + distance) {
            latch.countDown();
        }
    }

    void await(long seconds) throws InterruptedException {
        if (!latch.await(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "only " + (seen - start) + " of " + distance + " within " + seconds + " s");
        }
    }
}
