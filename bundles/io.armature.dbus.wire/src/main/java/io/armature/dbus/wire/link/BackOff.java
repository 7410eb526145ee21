package io.armature.dbus.wire.link;

/**
 * Waits between attempts, doubling.
 *
 * @param shortestMillis before the second attempt
 * @param longestMillis reached after enough failed ones
 */
public record BackOff(long shortestMillis, long longestMillis) {

    public BackOff {
        if (shortestMillis < 1 || longestMillis < shortestMillis) {
            throw new IllegalArgumentException(
                    "reconnect_min_ms and reconnect_max_ms must grow from at least 1, were "
                            + shortestMillis
                            + " and "
                            + longestMillis);
        }
    }

    /**
     * Shortened by up to a half, so that many devices and processes do not come at one moment.
     *
     * @param attempts failed ones so far, 1 or more
     * @param random any value
     */
    public long millisAfter(int attempts, int random) {
        int doublings = Math.min(Math.max(attempts, 1) - 1, 32);
        long delay = shortestMillis << doublings;
        if (delay >>> doublings != shortestMillis || delay > longestMillis) {
            delay = longestMillis;
        }
        return delay - Math.floorMod((long) random, delay / 2 + 1);
    }
}
