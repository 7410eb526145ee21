package io.armature.bench;

import java.util.Arrays;

/**
 * One timed run.
 *
 * @param operations how many were completed
 * @param nanos how long the run took
 * @param latencies nanoseconds of each operation, ascending; empty where none was taken
 */
record Sample(long operations, long nanos, long[] latencies) {

    Sample {
        latencies = latencies.clone();
        Arrays.sort(latencies);
    }

    double perSecond() {
        return operations * 1e9 / nanos;
    }

    /**
     * Microseconds that the given share of the operations did not exceed; NaN without latencies.
     */
    double micros(double share) {
        if (latencies.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.min(latencies.length - 1L, (long) (share * latencies.length));
        return latencies[index] / 1e3;
    }
}
