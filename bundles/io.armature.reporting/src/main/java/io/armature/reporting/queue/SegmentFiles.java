package io.armature.reporting.queue;

import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.segment.SegmentName;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of one queue, oldest first: makes, lists and deletes them, and accounts for their
 * space. One thread at a time makes and removes; any thread lists.
 */
public final class SegmentFiles {

    private static final Logger log = LoggerFactory.getLogger(SegmentFiles.class);
    private static final int ZEROS_BYTES = 64 << 10;

    private final Ground ground;
    private final QueueName name;
    private final long generationId;
    private final UnreadableFile unreadable;
    private volatile boolean directoryMade;
    private long nextBytes;
    private long undeletedBytes; // guarded by this
    private volatile List<Segment> segments;

    /**
     * @param unreadable what is known to be bad of that
     * @param found what is on disk already, in order of first id; charged to the pool here
     * @param directoryMade whether the queue has its directory
     */
    SegmentFiles(
            Ground ground,
            QueueName name,
            long generationId,
            UnreadableFile unreadable,
            List<Segment> found,
            boolean directoryMade) {
        this.ground = ground;
        this.name = name;
        this.generationId = generationId;
        this.unreadable = unreadable;
        this.segments = List.copyOf(found);
        this.directoryMade = directoryMade;
        this.nextBytes = ground.firstSegmentBytes();
        found.forEach(segment -> ground.disk().charge(segment.chargedBytes()));
    }

    /** A snapshot. */
    public List<Segment> list() {
        return segments;
    }

    /** Opens a segment for reading; of a salvaged one, what cannot be read reads as zeros. */
    public StorageFile read(Segment segment) throws IOException {
        return read(ground.storage(), segment);
    }

    static StorageFile read(Storage storage, Segment segment) throws IOException {
        StorageFile file = storage.open(segment.path(), Access.READ);
        Optional<BadBlocks> bad = segment.badBlocks();
        return bad.isPresent() ? new SalvagedFile(file, bad.get()) : file;
    }

    /**
     * Makes durable what cannot be read, so that what was offered as a gap stays one. If that
     * fails, the next start tries to read it again.
     */
    public void keepUnreadable() {
        try {
            unreadable.keep(segments);
        } catch (IOException e) {
            log.warn("bad blocks not kept queue=\"{}\" error=\"{}\"", name, e.toString());
        }
    }

    /** Whether there is anything of it on disk. */
    boolean directoryMade() {
        return directoryMade;
    }

    long bytes() {
        return segments.stream().mapToLong(Segment::chargedBytes).sum();
    }

    /** Bytes of the frames of these ids; from the last place known before the first. */
    long usedBytes(long from, long to) {
        List<Segment> all = segments;
        long used = 0;
        for (int i = 0; i < all.size() && from < to; i++) {
            Segment segment = all.get(i);
            long behind = i + 1 < all.size() ? all.get(i + 1).firstId() : to;
            if (behind > from) {
                used += segment.end() - segment.offsetBefore(from, SegmentHeader.BYTES);
            }
        }
        return used;
    }

    /** How much a new segment will hold when it need not be larger for one record. */
    long nextCapacity() {
        return nextBytes - SegmentHeader.BYTES;
    }

    /**
     * Makes a preallocated segment. Its name is durable on return, its content is not: force it
     * with the first frames.
     *
     * @throws PoolFullException if the spool's limit leaves no room
     */
    OpenSegment create(long firstId, Optional<byte[]> previousDigest, long neededBytes)
            throws IOException {
        makeDirectory();
        ground.shed().prepare();
        String path =
                name.directory()
                        + "/"
                        + new SegmentName(name.kind().prefix(), generationId, firstId).text();
        if (ground.storage().exists(path)) {
            ground.lostAndFound().take(path, "left by a write that failed");
            forget(path);
        }
        // What was bad of an earlier segment with that first id is not so of this one.
        unreadable.keep(segments);
        SegmentHeader header =
                new SegmentHeader(generationId, firstId, ground.wallMicros(), previousDigest);
        long needed = neededBytes(neededBytes);
        long bytes = reserve(needed);
        OpenSegment made;
        try {
            made = make(path, bytes, header);
        } catch (NoSpaceException e) {
            if (bytes == needed) {
                throw e;
            }
            // The file system has less than the pool allows: perhaps enough for this.
            reserveAll(needed);
            made = make(path, needed, header);
        }
        nextBytes = Math.min(ground.segmentBytes(), nextBytes * 2);
        return made;
    }

    /** What the smallest segment takes that holds so many bytes of frames. */
    static long neededBytes(long frameBytes) {
        return Segment.wholeBlocks(SegmentHeader.BYTES + frameBytes);
    }

    /** Gives the reserved bytes back if it fails. */
    private OpenSegment make(String path, long bytes, SegmentHeader header) throws IOException {
        try {
            StorageFile file = preallocated(path, bytes, header);
            Segment segment = new Segment(path, header.firstId(), bytes, SegmentHeader.BYTES);
            add(segment);
            return new OpenSegment(file, segment, SegmentHeader.BYTES, true);
        } catch (IOException e) {
            ground.disk().release(bytes);
            throw e;
        }
    }

    private void makeDirectory() throws IOException {
        if (!directoryMade) {
            ground.storage().makeDirectory(name.directory());
            ground.storage().forceDirectory("");
            directoryMade = true;
        }
    }

    /** Takes a whole segment's space, or as much as is left if the record fits that. */
    private long reserve(long needed) throws PoolFullException {
        for (long bytes = Segment.wholeBlocks(Math.max(needed, nextBytes));
                bytes >= needed;
                bytes = Segment.wholeBlocks(bytes / 2)) {
            if (ground.disk().reserve(bytes)) {
                return bytes;
            }
            if (bytes == needed) {
                throw new PoolFullException(needed, ground.disk());
            }
        }
        reserveAll(needed);
        return needed;
    }

    private void reserveAll(long bytes) throws PoolFullException {
        if (!ground.disk().reserve(bytes)) {
            throw new PoolFullException(bytes, ground.disk());
        }
    }

    private StorageFile preallocated(String path, long bytes, SegmentHeader header)
            throws IOException {
        StorageFile file = ground.storage().create(path);
        try {
            ByteBuffer block = ByteBuffer.allocateDirect((int) Math.min(bytes, ZEROS_BYTES));
            block.put(header.encoded()).rewind();
            file.write(block, 0);
            block.clear();
            block.put(new byte[SegmentHeader.BYTES]);
            for (long at = block.capacity(); at < bytes; at += block.capacity()) {
                block.clear().limit((int) Math.min(block.capacity(), bytes - at));
                file.write(block, at);
            }
            ground.storage().forceDirectory(name.directory());
            return file;
        } catch (IOException e) {
            closeQuietly(file, path);
            discard(path);
            throw e;
        }
    }

    private static void closeQuietly(StorageFile file, String path) {
        try {
            file.close();
        } catch (IOException e) {
            log.warn("close failed path={} error=\"{}\"", path, e.toString());
        }
    }

    /** Removes a file that never held an answered record; failing is harmless. */
    private void discard(String path) {
        try {
            ground.storage().unlinkIfPresent(path);
        } catch (IOException e) {
            log.warn("unlink failed path={} error=\"{}\"", path, e.toString());
        }
    }

    /** Forgets an abandoned segment that holds no durable record. */
    synchronized void drop(Segment segment) {
        remove(segment);
        discard(segment.path());
    }

    /**
     * Deletes a segment whose records are all confirmed. One of which something could not be read
     * is set aside instead: a repaired disk may give it back.
     */
    synchronized void delete(Segment segment) throws IOException {
        if (segment.salvaged() && ground.storage().exists(segment.path())) {
            ground.lostAndFound().take(segment.path(), "some of it could not be read");
        } else {
            ground.storage().unlinkIfPresent(segment.path());
        }
        remove(segment);
    }

    /**
     * Deletes a segment that was noted as shed. One that cannot be deleted goes at the next start
     * and is charged until then.
     *
     * @return the bytes that are free now
     */
    synchronized long shed(Segment segment) {
        try {
            ground.storage().unlinkIfPresent(segment.path());
        } catch (IOException e) {
            log.warn("unlink failed path={} error=\"{}\"", segment.path(), e.toString());
            remove(segment, 0);
            undeletedBytes += segment.chargedBytes();
            return 0;
        }
        remove(segment);
        return segment.chargedBytes();
    }

    /** Takes all of it out of the pool: this instance works with the files no more. */
    synchronized void leave() {
        ground.disk().release(bytes() + undeletedBytes);
        undeletedBytes = 0;
        segments = List.of();
    }

    private synchronized void add(Segment segment) {
        List<Segment> changed = new ArrayList<>(segments);
        changed.add(segment);
        segments = List.copyOf(changed);
    }

    /** Whoever deleted the segment of a file that was set aside would delete its replacement. */
    private synchronized void forget(String path) {
        segments.stream().filter(segment -> segment.path().equals(path)).forEach(this::remove);
    }

    private void remove(Segment segment) {
        remove(segment, segment.chargedBytes());
    }

    private void remove(Segment segment, long freedBytes) {
        List<Segment> changed = new ArrayList<>(segments);
        changed.remove(segment);
        segments = List.copyOf(changed);
        ground.disk().release(freedBytes);
    }
}
