package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes that may be sent in any hour, with a share for each rank of importance. A rank may use the
 * shares of the ranks below it too, never of one above. Counted in minutes of monotonic time, so
 * jumps of the clock change nothing. Not thread safe: belongs to the bridge's thread.
 */
final class ByteBudget {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** One more than an hour has: the oldest one is past only in part. */
    private static final int MINUTES = 61;

    /** Of one minute, as a file may say; sums of them do not overflow. */
    private static final long MAX_BYTES = 1L << 50;

    /**
     * Bytes sent in one minute, to be kept over a restart.
     *
     * @param minutesAgo 0: in this one
     */
    record Used(int rank, long minutesAgo, long bytes) {}

    private final DeviceClock clock;
    private final long bytesPerHour;
    private final long[] shares;
    private final long[][] used;
    private final long startNanos;
    private long minute;

    /**
     * @param bytesPerHour 0: no limit
     * @param percents of each rank, the most important first; 100 together
     */
    ByteBudget(long bytesPerHour, int[] percents, DeviceClock clock) {
        if (Arrays.stream(percents).sum() != 100 || Arrays.stream(percents).anyMatch(p -> p < 0)) {
            throw new IllegalArgumentException(
                    "budget_shares must be >= 0 and 100 together, were "
                            + Arrays.toString(percents));
        }
        this.clock = clock;
        this.startNanos = clock.monotonicNanos();
        this.bytesPerHour = bytesPerHour;
        this.shares = new long[percents.length];
        long sum = 0;
        for (int rank = percents.length - 1; rank >= 0; rank--) {
            sum += percents[rank];
            shares[rank] = bytesPerHour / 100 * sum + bytesPerHour % 100 * sum / 100;
        }
        this.used = new long[percents.length][MINUTES];
    }

    boolean isLimited() {
        return bytesPerHour > 0;
    }

    /** How large a packet of that rank may be at all, if it is not to be the only one for long. */
    long largest(int rank) {
        return isLimited() ? shares[rank] : Long.MAX_VALUE;
    }

    /** Whether there is room now; nothing is taken. */
    boolean allows(int rank, long bytes) {
        if (!isLimited()) {
            return true;
        }
        turn();
        for (int from = 0; from <= rank; from++) {
            long sum = usedFrom(from);
            if (sum > 0 && sum + bytes > shares[from]) {
                return false;
            }
        }
        return true;
    }

    /** These bytes are sent. */
    void take(int rank, long bytes) {
        if (isLimited()) {
            turn();
            used[rank][slot(minute)] += bytes;
        }
    }

    /** What counts now. */
    List<Used> used() {
        turn();
        List<Used> all = new ArrayList<>();
        for (int rank = 0; rank < used.length; rank++) {
            for (long ago = 0; ago < MINUTES; ago++) {
                long bytes = used[rank][slot(minute - ago)];
                if (bytes > 0) {
                    all.add(new Used(rank, ago, bytes));
                }
            }
        }
        return all;
    }

    /**
     * Adds what was used before a restart; what is older than an hour is left out.
     *
     * @throws IllegalArgumentException if one of them cannot be; nothing is added then
     */
    void restore(List<Used> before) {
        for (Used one : before) {
            if (one.rank() < 0
                    || one.rank() >= used.length
                    || one.minutesAgo() < 0
                    || one.bytes() < 0
                    || one.bytes() > MAX_BYTES) {
                throw new IllegalArgumentException("cannot have been used: " + one);
            }
        }
        turn();
        for (Used one : before) {
            if (isLimited() && one.minutesAgo() < MINUTES) {
                used[one.rank()][slot(minute - one.minutesAgo())] += one.bytes();
            }
        }
    }

    private static int slot(long minute) {
        return (int) Math.floorMod(minute, (long) MINUTES);
    }

    private long usedFrom(int rank) {
        long sum = 0;
        for (int i = rank; i < used.length; i++) {
            sum += Arrays.stream(used[i]).sum();
        }
        return sum;
    }

    /** Forgets the minutes that have left the hour. */
    private void turn() {
        long now = minuteNow();
        long passed = now - minute;
        for (long i = 1; i <= Math.min(passed, MINUTES); i++) {
            for (long[] one : used) {
                one[slot(minute + i)] = 0;
            }
        }
        minute = now;
    }

    private long minuteNow() {
        return (clock.monotonicNanos() - startNanos) / MINUTE.toNanos();
    }
}
