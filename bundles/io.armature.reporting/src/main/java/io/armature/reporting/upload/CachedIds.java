package io.armature.reporting.upload;

import java.util.Arrays;
import java.util.Collection;

/** The ids of a queue that the uploader said it holds already; a value. */
final class CachedIds {

    static final CachedIds NONE = new CachedIds(new long[0], 0);

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
}
