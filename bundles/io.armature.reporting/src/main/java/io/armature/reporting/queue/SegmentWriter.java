package io.armature.reporting.queue;

import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.Storage.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores groups of records in the segments of a queue. One thread at a time. */
final class SegmentWriter {

    private static final Logger log = LoggerFactory.getLogger(SegmentWriter.class);
    private static final int GROUP_BYTES = 512 << 10;

    private final RecordQueue queue;
    private final Ground ground;
    private final SegmentFiles files;
    private Optional<Segment> resume;
    private OpenSegment open;
    private ByteBuffer gathered;

    /**
     * @param resume the segment that an earlier run ended in, if there may be more in it
     */
    SegmentWriter(RecordQueue queue, Ground ground, SegmentFiles files, Optional<Segment> resume) {
        this.queue = queue;
        this.ground = ground;
        this.files = files;
        this.resume = resume;
    }

    /** How many bytes a group may have; a single record may have more. */
    long groupLimit() {
        long free = open == null ? files.nextCapacity() : open.freeBytes();
        return Math.min(GROUP_BYTES, Math.max(free, 0));
    }

    /**
     * Makes the group durable. Tries twice, the second time in a new segment; never forces one file
     * again whose force failed.
     */
    void store(List<PendingWrite> group) throws IOException {
        int bytes = group.stream().mapToInt(write -> write.frame.length).sum();
        resume();
        try {
            append(group, bytes);
        } catch (PoolFullException e) {
            throw e;
        } catch (IOException e) {
            log.warn("write failed queue=\"{}\" error=\"{}\"", queue.name(), e.toString());
            append(group, bytes);
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
        if (open != null) {
            open.close();
            open = null;
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
