package io.armature.reporting.queue;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** One segment file that may hold records; readers and the writer share it. Thread-safe. */
public final class Segment {

    private static final int MAX_MARKS = 256;

    /** What file systems give space in. */
    static final int BLOCK_BYTES = 4096;

    private final String path;
    private final long firstId;
    private final ConcurrentSkipListMap<Long, Long> marks = new ConcurrentSkipListMap<>();
    private volatile long bytes;
    private volatile long end;
    private volatile BadBlocks bad;
    private volatile long behind;

    /**
     * @param bytes length of the file
     * @param end how far it may be read
     */
    Segment(String path, long firstId, long bytes, long end) {
        this.path = path;
        this.firstId = firstId;
        this.bytes = bytes;
        this.end = end;
    }

    /** Name in the storage. */
    public String path() {
        return path;
    }

    /** The id of its first record, or of the next one while it has none. */
    public long firstId() {
        return firstId;
    }

    /** Length of the file, preallocated space included. */
    public long bytes() {
        return bytes;
    }

    /** What it takes on disk, whole blocks. */
    long chargedBytes() {
        return wholeBlocks(bytes);
    }

    static long wholeBlocks(long bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /** How far it may be read: the durable end while it is open. */
    public long end() {
        return end;
    }

    /**
     * The blocks that cannot be read, once it is read without them; empty as long as it is well.
     */
    Optional<BadBlocks> badBlocks() {
        return Optional.ofNullable(bad);
    }

    /** Whether it is read without the blocks that cannot be read. */
    public boolean salvaged() {
        return bad != null;
    }

    /** Has it read like that from now on. */
    void salvage() {
        bad = new BadBlocks();
    }

    /** Has it read like that, as an earlier run did. */
    void salvage(UnreadableFile.Entry known) {
        bad = new BadBlocks(known.blocks());
        behind = known.nextId();
    }

    /** Nothing of a salvaged segment can be read: not now, and not later. */
    public void giveUp() {
        badBlocks().ifPresent(blocks -> blocks.addAll(bytes));
    }

    /** The id behind all that this segment has or may have, if it takes no more; 0 if unknown. */
    long behind() {
        return behind;
    }

    void behind(long nextId) {
        behind = nextId;
    }

    /** What of it cannot be read; empty as long as it is well. */
    Optional<UnreadableFile.Entry> unreadable() {
        return badBlocks().map(blocks -> new UnreadableFile.Entry(firstId, behind, blocks.list()));
    }

    void end(long position) {
        end = position;
    }

    void cut(long length) {
        bytes = length;
        end = length;
    }

    /** Remembers where a record starts, so that a later pass need not walk there. */
    public void mark(long id, long offset) {
        if (marks.size() >= MAX_MARKS) {
            marks.pollFirstEntry();
        }
        marks.put(id, offset);
    }

    /** The best offset known at or before a record. */
    public long offsetBefore(long id, long first) {
        Map.Entry<Long, Long> entry = marks.floorEntry(id);
        return entry == null ? first : entry.getValue();
    }
}
