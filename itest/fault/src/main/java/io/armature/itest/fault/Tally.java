package io.armature.itest.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts across rounds. Any thread may call this. */
final class Tally {

    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger inRecovery = new AtomicInteger();
    private final AtomicInteger batchesLost = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * @param opened whether the spool came to open in that round
     */
    void roundEnded(int unanswered, boolean opened) {
        rounds.incrementAndGet();
        if (unanswered > 0) {
            inFlight.incrementAndGet();
        }
        if (!opened) {
            inRecovery.incrementAndGet();
        }
    }

    void batchLost() {
        batchesLost.incrementAndGet();
    }

    void refusedOne() {
        refused.incrementAndGet();
    }

    int rounds() {
        return rounds.get();
    }

    int roundsWithWritesInFlight() {
        return inFlight.get();
    }

    /** Rounds that ended before the spool was open. */
    int roundsCutInRecovery() {
        return inRecovery.get();
    }

    int batchesLost() {
        return batchesLost.get();
    }

    int refused() {
        return refused.get();
    }
}
