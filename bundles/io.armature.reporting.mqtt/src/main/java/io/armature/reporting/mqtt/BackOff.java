package io.armature.reporting.mqtt;

/**
 * Delays that double from a shortest to a longest one.
 *
 * @param shortestMillis after the first attempt, at least 1
 * @param longestMillis no delay is longer
 */
record BackOff(long shortestMillis, long longestMillis) {

    BackOff {
        if (shortestMillis < 1 || longestMillis < shortestMillis) {
            throw new IllegalArgumentException(
                    "back-off must grow from at least 1 ms, was "
                            + shortestMillis
                            + " to "
                            + longestMillis);
        }
    }

    /**
     * @param attempts failed ones so far, 1 or more
     */
    long millisAfter(int attempts) {
        int doublings = Math.min(Math.max(attempts, 1) - 1, 32);
        long delay = shortestMillis << doublings;
        return delay >>> doublings != shortestMillis || delay > longestMillis
                ? longestMillis
                : delay;
    }

    /**
     * As {@link #millisAfter}, shortened by up to a half, so that many devices do not come back at
     * the same moment.
     *
     * @param random any value
     */
    long jitteredMillisAfter(int attempts, int random) {
        long delay = millisAfter(attempts);
        long half = delay / 2;
        return delay - Math.floorMod((long) random, half + 1);
    }
}
