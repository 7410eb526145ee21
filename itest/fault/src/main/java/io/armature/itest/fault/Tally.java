package io.armature.itest.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts across rounds. Any thread may call this. */
final class Tally {

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger batchesLost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    void roundEnded(int unanswered) {
        if (unanswered > 0) {
            inFlight.incrementAndGet();
        }
    }

    void batchLost() {
        batchesLost.incrementAndGet();
    }

    void refusedOne() {
        refused.incrementAndGet();
    }

    int roundsWithWritesInFlight() {
        return inFlight.get();
    }

    int batchesLost() {
        return batchesLost.get();
    }

    int refused() {
        return refused.get();
    }
}
