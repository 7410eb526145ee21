package io.armature.reporting.queue;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One queue. Any thread orders and seals writes; one committer writes and forces them in groups;
 * any thread reads what is durable.
 */
public final class RecordQueue {

    /** Whether new records may come: a queue of an earlier run only drains. */
    public enum Mode {
        WRITABLE,
        DRAINING
    }

    private final Ground ground;
    private final QueueName name;
    private final long generationId;
    private final QueueEvents events;
    private final SegmentFiles files;
    private final ReadState reads;
    private final WriteOrder order;
    private final SegmentWriter writer;
    private final Committer committer;
    private final OldestRecord oldest;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean closing;
    private volatile Mode mode;
    private volatile long lastWriteNanos;
    private volatile long durableNext;
    private volatile String offline;

    RecordQueue(
            Ground ground,
            QueueName name,
            Mode mode,
            QueueEvents events,
            SegmentFiles files,
            Recovered recovered) {
        this.ground = ground;
        this.name = name;
        this.generationId = recovered.generationId();
        this.mode = mode;
        this.lastWriteNanos = ground.clock().monotonicNanos();
        this.events = events;
        this.files = files;
        this.order = new WriteOrder(recovered.nextId(), recovered.lastDigest());
        this.durableNext = recovered.nextId();
        this.reads =
                new ReadState(
                        files,
                        new ConfirmedFile(ground.storage(), name, generationId),
                        recovered.confirmed());
        this.oldest = new OldestRecord(this);
        this.writer = new SegmentWriter(this, ground, files, recovered);
        this.committer = new Committer(this, ground.clock()::monotonicNanos, writer);
    }

    /** A queue that has nothing on disk yet; its directory comes with the first record. */
    public static RecordQueue fresh(
            Ground ground, QueueName name, long generationId, QueueEvents events) {
        UnreadableFile nothing = new UnreadableFile(ground.storage(), name, generationId);
        SegmentFiles files =
                new SegmentFiles(ground, name, generationId, nothing, List.of(), false);
        return new RecordQueue(
                ground, name, Mode.WRITABLE, events, files, Recovered.nothing(generationId));
    }

    public QueueName name() {
        return name;
    }

    public long generationId() {
        return generationId;
    }

    public Mode mode() {
        return mode;
    }

    /** Monotonic time of the last record that came; of the opening if none has come. */
    public long lastWriteNanos() {
        return lastWriteNanos;
    }

    /** As an earlier instance knew it. */
    public void lastWriteNanos(long nanos) {
        lastWriteNanos = nanos;
    }

    /**
     * Takes no more records, unless one came later than the given time or is under way: then the
     * queue only drains, and is to be closed.
     *
     * @return whether it does
     */
    public synchronized boolean retire(long beforeNanos) {
        if (lastWriteNanos - beforeNanos > 0 || !order.isIdle()) {
            return false;
        }
        mode = Mode.DRAINING;
        return true;
    }

    /** The id behind the last durable record. */
    public long durableNext() {
        return durableNext;
    }

    /** Bytes of its files. */
    public long bytes() {
        return files.bytes();
    }

    /** Bytes that these records take in its files, and perhaps some before them. */
    public long usedBytes(long from, long to) {
        return files.usedBytes(from, to);
    }

    /** Why it takes no records; empty if it does. */
    public Optional<String> offline() {
        return Optional.ofNullable(offline);
    }

    /** When the first of these records was stored, microseconds since the epoch; empty if none. */
    public Optional<Long> oldestMicros(long from, long to) {
        return oldest.of(from, to);
    }

    /** What is read, confirmed and deleted. */
    public ReadState reads() {
        return reads;
    }

    /**
     * Keeps how far it is confirmed and deletes what may go.
     *
     * @return whether something was deleted
     */
    public boolean deleteConfirmed() {
        if (files.directoryMade()) {
            reads.save();
        }
        boolean deleted = reads.deleteConfirmed(mode, durableNext);
        if (deleted) {
            files.keepUnreadable();
        }
        return deleted;
    }

    /** Whether nothing is left of a queue that takes no more records. */
    public boolean drainedAway() {
        return mode == Mode.DRAINING
                && files.list().isEmpty()
                && reads.firstAvailable() >= durableNext;
    }

    /** What was given up for want of space; empty if nothing. */
    public Optional<ShedLedger.Entry> shed() {
        return ground.shed().of(name, generationId);
    }

    /** What {@link #shed(long, Shedding.Claim)} could free at most. */
    long sheddableBytes() {
        return writer.sheddableBytes();
    }

    /**
     * Gives up oldest segments for others that need the space; SECURITY only confirmed ones.
     *
     * @return how many bytes were freed
     */
    long shed(long bytes, Shedding.Claim claim) {
        if (claim.what() == Shedding.What.RECORDS && !name.kind().sheds()) {
            return 0;
        }
        ReadState.Given given = writer.shed(bytes, claim);
        oldest.forget();
        if (given.to() > 0) {
            files.keepUnreadable();
            events.shed(this, given);
        }
        return given.bytes();
    }

    /** Whether it has files, but nobody could note what is shed of it. */
    boolean lacksNote() {
        return !files.list().isEmpty() && ground.shed().isFullFor(name);
    }

    /** Whether only a note is left of it, which is needed no more if it takes no more records. */
    public boolean onlyNoted() {
        return !name.guid().isEmpty() && files.list().isEmpty() && shed().isPresent();
    }

    /** If only a note is left of it, that may go, and the queue with it. */
    void giveNoteUp() {
        if (onlyNoted()) {
            events.noteNeeded(this);
        }
    }

    /**
     * Gives up reading a segment as a whole: from now on what cannot be read of it is gaps.
     *
     * @param why what the disk says
     */
    public void salvage(Segment segment, String why) {
        segment.salvage();
        events.unreadable(segment, why);
    }

    /** Where records are read from. */
    public SegmentFiles files() {
        return files;
    }

    /**
     * Fixes the place of a record; its memory is released when it is answered.
     *
     * @param record serialized Record
     * @param digest its SHA-256
     * @return to be sealed by {@link #seal}, on any thread
     */
    public Ordered order(byte[] record, byte[] digest, long memoryBytes, Receipt answer)
            throws ReportingException {
        PendingWrite write = new PendingWrite(record, digest, memoryBytes, answer);
        synchronized (this) {
            if (offline != null) {
                throw new ReportingException(
                        StatusCode.UNAVAILABLE, "Queue " + name + " is offline: " + offline);
            }
            if (closing || mode == Mode.DRAINING) {
                throw new ReportingException(
                        StatusCode.UNAVAILABLE, "Queue " + name + " is closed");
            }
            order.add(write);
            lastWriteNanos = ground.clock().monotonicNanos();
        }
        answer.writtenBy(committer);
        return () -> seal(write);
    }

    /** A record that has its place and waits to be sealed. */
    public interface Ordered {
        /** Seals it on the calling thread and hands it to the committer. */
        void seal();
    }

    private void seal(PendingWrite first) {
        PendingWrite write = first;
        while (write != null) {
            write = sealOnce(write);
        }
    }

    /** Returns what is to be sealed next: the same write if the chain changed meanwhile. */
    private PendingWrite sealOnce(PendingWrite write) {
        byte[] previous;
        int revision;
        long id;
        synchronized (this) {
            previous = write.previous;
            revision = write.revision;
            id = write.id;
        }
        try {
            byte[] frame = Framing.frame(ground, generationId, id, write, previous);
            boolean wake;
            synchronized (this) {
                if (write.failed) {
                    return null;
                }
                if (write.revision != revision) {
                    return write;
                }
                write.frame = frame;
                wake = order.isFirst(write);
            }
            if (wake) {
                committer.wake();
            }
            return null;
        } catch (ReportingException | RuntimeException e) {
            return unsealable(write, e);
        }
    }

    private PendingWrite unsealable(PendingWrite write, Exception cause) {
        PendingWrite next;
        synchronized (this) {
            if (write.failed) {
                return null;
            }
            next = order.remove(write);
        }
        ground.memory().releaseWrite(write.memoryBytes);
        write.answer.completeExceptionally(
                cause instanceof ReportingException
                        ? cause
                        : new ReportingException(
                                StatusCode.INTERNAL, "Cannot seal record: " + cause, cause));
        committer.wake();
        events.written(this);
        return next;
    }

    synchronized List<PendingWrite> take(long limitBytes) {
        List<PendingWrite> group = order.take(limitBytes);
        WriteOrder.renumber(group, generationId);
        return group;
    }

    synchronized Optional<byte[]> durableDigest() {
        return order.durableDigest();
    }

    /** Whether there is something to take. */
    synchronized boolean ready() {
        return order.isReady();
    }

    /**
     * The group is on disk: readers see it, callers hear of it.
     *
     * @param awaited what the calling thread waits for, null for the committer's own thread
     */
    void committed(List<PendingWrite> group, Receipt awaited) {
        PendingWrite last = group.get(group.size() - 1);
        synchronized (this) {
            order.committed(last);
            durableNext = order.durableNext();
        }
        Answers.stored(ground, name, generationId, group, awaited);
        events.written(this);
    }

    /** Nothing of this can be stored now; the chain goes on from the last durable record. */
    void failed(List<PendingWrite> group, ReportingException why, String offlineReason) {
        List<PendingWrite> all;
        synchronized (this) {
            all = order.fail(group);
            if (offlineReason != null) {
                offline = offlineReason;
            }
        }
        Answers.failed(ground, all, why);
        events.written(this);
    }

    /** Refuses new records, answers those that were ordered, then closes the files. */
    public CompletionStage<Void> close() {
        synchronized (this) {
            closing = true;
        }
        committer.stop();
        return closed;
    }

    /**
     * Answers what was ordered and is not being stored yet. Only while it closes: nothing may be
     * ordered behind.
     */
    public void giveUp(ReportingException why) {
        List<PendingWrite> all;
        synchronized (this) {
            all = order.fail(List.of());
        }
        Answers.failed(ground, all, why);
        if (!all.isEmpty()) {
            committer.wake();
        }
    }

    /** Where it ends, once it is closed; empty if nothing is in its last segment, or it failed. */
    public Optional<KnownEnd> end() {
        List<Segment> segments = files.list();
        if (segments.isEmpty() || offline != null || !closed.isDone()) {
            return Optional.empty();
        }
        Segment last = segments.get(segments.size() - 1);
        return durableNext > last.firstId()
                ? Optional.of(new KnownEnd(generationId, last.firstId(), last.end(), durableNext))
                : Optional.empty();
    }

    /** This instance is done with its files; only once nobody reads or writes any more. */
    public void leave() {
        files.leave();
    }

    synchronized boolean drained() {
        return closing && order.isEmpty();
    }

    void committerEnded() {
        closed.complete(null);
    }
}
