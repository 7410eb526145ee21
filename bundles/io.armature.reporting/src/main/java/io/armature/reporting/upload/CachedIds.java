package io.armature.reporting.upload;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/** The ids of a queue that the uploader said it holds already; a value. */
public final class CachedIds {

    /** None. */
    public static final CachedIds NONE = new CachedIds(new long[0], 0);

    /** More runs than that are not worth the words. */
    private static final int MOST_RUNS = 1_000;

    private static final String NOTHING = "-";

    private final long[] sorted;
    private final long untilNanos;

    private CachedIds(long[] sorted, long untilNanos) {
        this.sorted = sorted;
        this.untilNanos = untilNanos;
    }

    /**
     * @param untilNanos monotonic time after which they are offered again: an uploader that is
     *     never asked could not take its word back
     */
    static CachedIds of(Collection<Long> ids, long untilNanos) {
        long[] sorted = ids.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? NONE : new CachedIds(sorted, untilNanos);
    }

    boolean expired(long nowNanos) {
        return sorted.length > 0 && nowNanos - untilNanos >= 0;
    }

    boolean contains(long id) {
        return sorted.length > 0 && Arrays.binarySearch(sorted, id) >= 0;
    }

    /**
     * Until when, and runs of ids, for the next instance of the same process: {@code 17 0-4,9}. Too
     * many runs are none: these ids are offered again.
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        int runs = 0;
        for (int i = 0; i < sorted.length; i++) {
            int first = i;
            while (i + 1 < sorted.length && sorted[i + 1] - sorted[i] <= 1) {
                i++;
            }
            text.append(text.length() == 0 ? "" : ",").append(sorted[first]);
            if (sorted[i] > sorted[first]) {
                text.append(NOTHING).append(sorted[i]);
            }
            runs++;
        }
        boolean some = runs > 0 && runs <= MOST_RUNS && sorted[0] >= 0;
        return untilNanos + " " + (some ? text : NOTHING);
    }

    /**
     * As {@link #text} wrote it, in two words.
     *
     * @throws IllegalArgumentException if that is none of its
     */
    public static CachedIds parse(String until, String runs) {
        if (runs.equals(NOTHING)) {
            return NONE;
        }
        LongStream.Builder ids = LongStream.builder();
        for (String run : runs.split(",", -1)) {
            int dash = run.indexOf(NOTHING);
            long first = Long.parseLong(dash < 0 ? run : run.substring(0, dash));
            long last = dash < 0 ? first : Long.parseLong(run.substring(dash + 1));
            if (first < 0 || last < first || last - first > Integer.MAX_VALUE / 8) {
                throw new IllegalArgumentException("no run of ids: " + run);
            }
            LongStream.rangeClosed(first, last).forEach(ids::add);
        }
        return of(ids.build().boxed().toList(), Long.parseLong(until));
    }
}
