package io.armature.backend.reporting.storage;

import com.google.protobuf.ByteString;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which ids of a queue are stored: all below {@link #next}, and runs above it that arrived out of
 * order. Checks the chain of digests wherever two records meet.
 *
 * <p>One thread changes it; any thread may call {@link #next}.
 */
final class StoredQueue {

    /** More islands of ids than this are not kept; the device sends the rest again. */
    static final int RUN_LIMIT = 1024;

    /**
     * Stored ids above a hole.
     *
     * @param from first id
     * @param to last id + 1
     * @param before what the first record names as its predecessor's digest, null if unknown
     * @param after digest of the last record, null if unknown
     */
    record Run(long from, long to, ByteString before, ByteString after) {}

    /** What a stored id did to the chain. */
    enum Link {
        FITS,
        BROKEN
    }

    private final TreeMap<Long, Run> runs = new TreeMap<>();
    private volatile long next;
    private ByteString lastDigest;
    private long touched;

    private long firstKept;
    private int resends;
    private long holeSinceNanos;

    /** A queue of which nothing is stored: the first record has no predecessor. */
    StoredQueue() {
        this(0, ByteString.EMPTY);
    }

    StoredQueue(long next, ByteString lastDigest) {
        this.next = next;
        this.lastDigest = lastDigest;
    }

    /** The first id that is missing; all below may be confirmed. */
    long next() {
        return next;
    }

    /** Digest of the record below {@link #next}, null if unknown. */
    ByteString lastDigest() {
        return lastDigest;
    }

    Collection<Run> runs() {
        return runs.values();
    }

    /** When the queue was last used, in uses of any queue. */
    long touched() {
        return touched;
    }

    void touch(long use) {
        touched = use;
    }

    boolean contains(long id) {
        Map.Entry<Long, Run> run = runs.floorEntry(id);
        return id < next || (run != null && id < run.getValue().to());
    }

    /** Whether there is room for this id, which is not contained. */
    boolean accepts(long id) {
        return id == next || runs.size() < RUN_LIMIT;
    }

    /**
     * Adds ids that are not contained yet.
     *
     * @param count 1 or more; more only for ids without content
     * @param before digest that the first names as its predecessor's, null if unknown
     * @param after digest of the last, null if unknown
     */
    Link add(long id, long count, ByteString before, ByteString after) {
        boolean fits = true;
        Run run = new Run(id, id + count, before, after);
        Map.Entry<Long, Run> below = runs.lowerEntry(id);
        if (below != null && below.getValue().to() == id) {
            Run lower = runs.remove(below.getKey());
            fits &= meets(lower.after(), before);
            run = new Run(lower.from(), run.to(), lower.before(), run.after());
        }
        Run above = runs.remove(run.to());
        if (above != null) {
            fits &= meets(run.after(), above.before());
            run = new Run(run.from(), above.to(), run.before(), above.after());
        }
        if (run.from() == next) {
            fits &= meets(lastDigest, run.before());
            lastDigest = run.after();
            next = run.to();
            resends = 0;
        } else {
            runs.put(run.from(), run);
            if (id == runs.firstKey()) {
                // Something came into the hole: what else is missing may be on its way.
                resends = 0;
            }
        }
        return fits ? Link.FITS : Link.BROKEN;
    }

    /** Restores a run from a checkpoint. */
    void restore(Run run) {
        runs.put(run.from(), run);
    }

    /** The device says that it keeps no id below this one. */
    void keptFrom(long id) {
        firstKept = Math.max(firstKept, id);
    }

    /**
     * Notes that an id came again. Once the first id above a hole has come several times and the
     * hole is old, what the device does not keep any more of what is missing is not on its way
     * either.
     *
     * @return true if ids up to {@link #lostEnd} may be given up
     */
    boolean cameAgain(long id, long nowNanos, int resendsNeeded, long ageNanosNeeded) {
        if (runs.isEmpty() || id != runs.firstKey()) {
            return false;
        }
        if (resends == 0) {
            holeSinceNanos = nowNanos;
        }
        resends++;
        return resends >= resendsNeeded
                && nowNanos - holeSinceNanos >= ageNanosNeeded
                && firstKept > next;
    }

    /** The device may have sent what is missing and we did not take it: begin to count again. */
    void missedSomething() {
        resends = 0;
    }

    /** The first id above those of the hole that the device does not keep. */
    long lostEnd() {
        return Math.min(runs.firstKey(), firstKept);
    }

    private static boolean meets(ByteString digest, ByteString named) {
        return digest == null || named == null || digest.equals(named);
    }
}
