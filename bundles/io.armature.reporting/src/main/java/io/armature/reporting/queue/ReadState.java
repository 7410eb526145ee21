package io.armature.reporting.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a queue is confirmed, who reads it, and what may be deleted. Nothing is deleted while
 * somebody reads. Thread-safe.
 */
public final class ReadState {

    private static final Logger log = LoggerFactory.getLogger(ReadState.class);

    private final SegmentFiles files;
    private final ConfirmedFile confirmedFile;
    private ConfirmedFile.Position saved;
    private int readers;
    private volatile long firstAvailable;
    private volatile long firstUnconfirmed;

    /**
     * @param start as far as it is known from before
     */
    ReadState(SegmentFiles files, ConfirmedFile confirmedFile, ConfirmedFile.Position start) {
        this.files = files;
        this.confirmedFile = confirmedFile;
        this.saved = start;
        this.firstAvailable = start.available();
        this.firstUnconfirmed = start.unconfirmed();
    }

    /** Keeps the position for the next start; failing costs only repeated offers. */
    synchronized void save() {
        ConfirmedFile.Position position =
                new ConfirmedFile.Position(firstUnconfirmed, firstAvailable);
        if (!position.equals(saved)) {
            try {
                confirmedFile.write(position);
                saved = position;
            } catch (IOException e) {
                log.warn("position not kept error=\"{}\"", e.toString());
            }
        }
    }

    /** Ids below were confirmed, whatever the server wants again. */
    public long firstAvailable() {
        return firstAvailable;
    }

    /** The first id that the server has not confirmed. */
    public long firstUnconfirmed() {
        return firstUnconfirmed;
    }

    /** Where a pass starts that offers all there is. */
    public long start() {
        return Math.min(firstAvailable, firstUnconfirmed);
    }

    /**
     * All ids up to the given one are with the server; lower than known changes nothing.
     *
     * @param knownNext ids from here on no server can have, whatever it says
     */
    public synchronized void confirm(long id, long knownNext) {
        long next = Math.min(id, knownNext - 1) + 1;
        firstAvailable = Math.max(firstAvailable, next);
        firstUnconfirmed = Math.max(firstUnconfirmed, next);
    }

    /**
     * The server wants everything behind the id again; deletes nothing.
     *
     * @param id -1 for all there ever was
     */
    public synchronized void force(long id, long durableNext) {
        firstUnconfirmed = Math.min(Math.max(id, -1), durableNext - 1) + 1;
    }

    /** Somebody reads until {@link Reading#close}. */
    public synchronized Reading read() {
        readers++;
        return new Reading(this, files.list());
    }

    /** A snapshot of segments that stay as long as it is open. */
    public static final class Reading implements AutoCloseable {

        private final ReadState state;
        private final List<Segment> segments;

        private Reading(ReadState state, List<Segment> segments) {
            this.state = state;
            this.segments = segments;
        }

        /** Oldest first. */
        public List<Segment> segments() {
            return segments;
        }

        @Override
        public void close() {
            synchronized (state) {
                state.readers--;
                state.notifyAll();
            }
        }
    }

    /**
     * Deletes leading segments that are confirmed as a whole, unless somebody reads. The last one
     * stays, since it is open or carries the next id; in a queue that only drains it goes too.
     *
     * @return whether something was deleted
     */
    public synchronized boolean deleteConfirmed(RecordQueue.Mode mode, long durableNext) {
        boolean deleted = false;
        while (readers == 0 && firstDeletable(mode, durableNext)) {
            Segment segment = files.list().get(0);
            try {
                files.delete(segment);
                deleted = true;
            } catch (IOException e) {
                log.warn("unlink failed path={} error=\"{}\"", segment.path(), e.toString());
                return deleted;
            }
        }
        return deleted;
    }

    /** Bytes of leading segments that are confirmed as a whole, the last one included. */
    synchronized long confirmedBytes(long next) {
        List<Segment> segments = files.list();
        long bytes = 0;
        for (int i = 0; i < segments.size() && behind(segments, i, next) <= firstAvailable; i++) {
            bytes += segments.get(i).chargedBytes();
        }
        return bytes;
    }

    /** The id behind those that a segment may hold. */
    private static long behind(List<Segment> segments, int index, long next) {
        return index + 1 < segments.size() ? segments.get(index + 1).firstId() : next;
    }

    /**
     * What was given up for want of space.
     *
     * @param bytes that are free now
     * @param from first id that is lost
     * @param to behind the last one
     */
    public record Given(long bytes, long from, long to) {
        static final Given NOTHING = new Given(0, 0, 0);
    }

    /** Where shed ids are noted before their files go. */
    interface Note {
        /**
         * Durable on return.
         *
         * @param from first id that is lost
         * @param to behind the last one
         * @param empty whether no segment is left
         */
        void of(long from, long to, boolean empty) throws IOException;
    }

    /**
     * Gives up leading segments until so many bytes are freed, unless somebody reads for longer
     * than the claim waits. Nothing may be appended meanwhile.
     *
     * @param next the id behind all that is stored
     * @return what was given up, perhaps less or nothing
     */
    synchronized Given shed(long bytes, Shedding.Claim claim, long next, Note note)
            throws IOException {
        if (!quiet(claim.patience())) {
            return Given.NOTHING;
        }
        List<Segment> segments = files.list();
        long most = claim.what() == Shedding.What.CONFIRMED ? firstAvailable : Long.MAX_VALUE;
        int count = 0;
        for (long sum = 0;
                count < segments.size() && sum < bytes && behind(segments, count, next) <= most;
                count++) {
            sum += segments.get(count).chargedBytes();
        }
        if (count == 0) {
            return Given.NOTHING;
        }
        long to = behind(segments, count - 1, next);
        long from = Math.min(Math.max(firstUnconfirmed, segments.get(0).firstId()), to);
        note.of(from, to, count == segments.size());
        long freed = 0;
        for (Segment segment : segments.subList(0, count)) {
            freed += files.shed(segment);
        }
        return new Given(freed, from, to);
    }

    /** Whether nobody reads; waits for that. Guarded by this. */
    private boolean quiet(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        for (long left = patience.toMillis(); readers > 0 && left > 0; ) {
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = (end - System.nanoTime()) / 1_000_000;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return readers == 0;
    }

    private boolean firstDeletable(RecordQueue.Mode mode, long durableNext) {
        List<Segment> segments = files.list();
        if (segments.size() > 1) {
            return segments.get(1).firstId() <= firstAvailable;
        }
        return segments.size() == 1
                && mode == RecordQueue.Mode.DRAINING
                && durableNext <= firstAvailable;
    }
}
