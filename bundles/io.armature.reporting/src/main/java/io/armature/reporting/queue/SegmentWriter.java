package io.armature.reporting.queue;

import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores groups of records in the segments of a queue. One thread at a time writes; another that
 * needs space may take segments away between two groups.
 */
final class SegmentWriter {

    private static final Logger log = LoggerFactory.getLogger(SegmentWriter.class);
    private static final int GROUP_BYTES = 512 << 10;

    /** What a group frees others may take first, but not for ever. */
    private static final int SPACE_TRIES = 16;

    private final RecordQueue queue;
    private final Ground ground;
    private final SegmentFiles files;

    /** Fair, so that who sheds gets its turn in a queue that is written without a pause. */
    private final ReentrantLock tail = new ReentrantLock(true);

    // Guarded by the tail.
    private Optional<Segment> resume;
    private OpenSegment open;
    private long storedNext;
    private Optional<byte[]> storedDigest;

    private ByteBuffer gathered;

    /**
     * @param recovered where an earlier run ended
     */
    SegmentWriter(RecordQueue queue, Ground ground, SegmentFiles files, Recovered recovered) {
        this.queue = queue;
        this.ground = ground;
        this.files = files;
        this.resume = recovered.resume();
        this.storedNext = recovered.nextId();
        this.storedDigest = recovered.lastDigest();
    }

    /** How many bytes a group may have; a single record may have more. */
    long groupLimit() {
        tail.lock();
        try {
            long free = open == null ? files.nextCapacity() : open.freeBytes();
            return Math.min(GROUP_BYTES, Math.max(free, 0));
        } finally {
            tail.unlock();
        }
    }

    /**
     * Makes the group durable. Tries twice, the second time in a new segment; never forces one file
     * again whose force failed.
     */
    void store(List<PendingWrite> group) throws IOException {
        int bytes = group.stream().mapToInt(write -> write.frame.length).sum();
        tail.lock();
        try {
            resume();
            storeWithRoom(group, bytes);
            PendingWrite last = group.get(group.size() - 1);
            storedNext = last.id + 1;
            storedDigest = Optional.of(last.digest);
        } finally {
            tail.unlock();
        }
    }

    private void storeWithRoom(List<PendingWrite> group, int bytes) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                storeTwice(group, bytes);
                return;
            } catch (PoolFullException e) {
                makeRoom(e, e.missingBytes(), attempt);
            } catch (NoSpaceException e) {
                makeRoom(e, SegmentFiles.neededBytes(bytes), attempt);
            }
        }
    }

    private void makeRoom(IOException full, long bytes, int attempt) throws IOException {
        if (attempt > SPACE_TRIES || !ground.shedding().makeRoom(queue, bytes)) {
            throw full;
        }
    }

    private void storeTwice(List<PendingWrite> group, int bytes) throws IOException {
        try {
            append(group, bytes);
        } catch (PoolFullException e) {
            throw e;
        } catch (IOException e) {
            log.warn("write failed queue=\"{}\" error=\"{}\"", queue.name(), e.toString());
            append(group, bytes);
        }
    }

    /** Gives up the oldest segments, the one that is written, too, if the others are not enough. */
    ReadState.Given shed(long bytes, Shedding.Claim claim) {
        tail.lock();
        try {
            return queue.reads().shed(bytes, claim, storedNext, this::note);
        } catch (IOException e) {
            log.warn("nothing shed queue=\"{}\" error=\"{}\"", queue.name(), e.toString());
            return ReadState.Given.NOTHING;
        } finally {
            tail.unlock();
        }
    }

    /** What of it could be given up. */
    long sheddableBytes() {
        if (queue.name().kind().sheds()) {
            return files.bytes();
        }
        tail.lock();
        try {
            return queue.reads().confirmedBytes(storedNext);
        } finally {
            tail.unlock();
        }
    }

    /** Ids whose files are about to go; durable on return. */
    private void note(long from, long to, boolean empty) throws IOException {
        ground.shed()
                .note(
                        queue.name(),
                        ShedLedger.Entry.of(
                                queue.shed(),
                                queue.generationId(),
                                from,
                                to,
                                queue.reads().firstUnconfirmed(),
                                empty ? storedDigest : Optional.empty()));
        if (empty) {
            close();
            resume = Optional.empty();
        }
    }

    private void append(List<PendingWrite> group, int bytes) throws IOException {
        if (open == null || open.freeBytes() < bytes) {
            roll(group, bytes);
        }
        try {
            open.append(gather(group, bytes));
        } catch (IOException e) {
            abandon();
            throw e;
        }
    }

    /** Goes on in the last segment of an earlier run, forcing first what that one left unforced. */
    private void resume() throws IOException {
        if (resume.isPresent()) {
            Segment segment = resume.get();
            resume = Optional.empty();
            OpenSegment reopened =
                    new OpenSegment(
                            ground.storage().open(segment.path(), Access.CHANGE),
                            segment,
                            segment.end(),
                            false);
            try {
                reopened.force();
                open = reopened;
            } catch (IOException e) {
                reopened.close();
                log.warn("segment abandoned path={} error=\"{}\"", segment.path(), e.toString());
            }
        }
    }

    private void roll(List<PendingWrite> group, int bytes) throws IOException {
        OpenSegment next = files.create(group.get(0).id, queue.durableDigest(), bytes);
        close();
        open = next;
    }

    private void abandon() {
        Segment segment = open.segment();
        boolean empty = open.position() == SegmentHeader.BYTES;
        close();
        if (empty) {
            files.drop(segment);
        }
    }

    /** Closes the segment; the next group goes into a new one. */
    void close() {
        tail.lock();
        try {
            if (open != null) {
                open.close();
                open = null;
            }
        } finally {
            tail.unlock();
        }
    }

    /** Gives memory back until the next group comes. */
    void idle() {
        gathered = null;
    }

    private ByteBuffer gather(List<PendingWrite> group, int bytes) {
        if (bytes > GROUP_BYTES) {
            return ByteBuffer.wrap(group.get(0).frame);
        }
        if (gathered == null || gathered.capacity() < bytes) {
            int capacity = Math.max(bytes, Math.min(GROUP_BYTES, bytes * 2));
            gathered = ByteBuffer.allocateDirect(Math.max(capacity, 16 << 10));
        }
        gathered.clear();
        group.forEach(write -> gathered.put(write.frame));
        return gathered.flip();
    }
}
