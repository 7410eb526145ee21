package io.armature.bench;

import java.util.Arrays;

/** What one caller waits for, one thing after the other, in one turn or in several. */
final class Waits {

    private static final int LATENCIES_KEPT = 1 << 20;

    private final long[] latencies = new long[LATENCIES_KEPT];
    private int count;
    private long took;

    /** Waits for one thing after the other for so long. */
    void turn(Runnable one, long nanos) {
        long start = System.nanoTime();
        long now = start;
        while (now - start < nanos && count < LATENCIES_KEPT) {
            one.run();
            long then = System.nanoTime();
            latencies[count++] = then - now;
            now = then;
        }
        took += now - start;
    }

    /** Of all turns. */
    Sample sample() {
        return new Sample(count, took, Arrays.copyOf(latencies, count));
    }
}
