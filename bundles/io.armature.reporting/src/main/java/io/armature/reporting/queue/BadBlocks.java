package io.armature.reporting.queue;

import java.util.List;
import java.util.TreeSet;

/**
 * Which blocks of a segment cannot be read. Each is tried once, since a failing read may take the
 * disk seconds, and one that failed stays unreadable, since what was offered as a gap must not come
 * back with content. Bounded: behind so many bad blocks all the rest counts as bad. Thread-safe.
 */
public final class BadBlocks {

    static final int BLOCK_BYTES = 4096;

    /** A megabyte. */
    static final int MOST = 256;

    private final TreeSet<Long> blocks = new TreeSet<>();

    public BadBlocks() {
        this(List.of());
    }

    /**
     * @param known what was found bad before
     */
    public BadBlocks(List<Integer> known) {
        known.forEach(block -> add(block));
    }

    /** What {@link #BadBlocks(List)} takes. */
    synchronized List<Integer> list() {
        return blocks.stream().map(Long::intValue).toList();
    }

    /** All of a file of so many bytes is bad. */
    synchronized void addAll(long bytes) {
        for (long block = 0; block * BLOCK_BYTES < bytes && blocks.size() < MOST; block++) {
            blocks.add(block);
        }
    }

    /**
     * @param block number of the block in the file, from 0
     */
    synchronized boolean contains(long block) {
        return blocks.contains(block) || blocks.size() >= MOST && block > blocks.last();
    }

    /** How many there are, at most {@link #MOST}. */
    public synchronized int count() {
        return blocks.size();
    }

    /** Whether one of these bytes of the file is on a bad block. */
    synchronized boolean touch(long from, long to) {
        for (long block = from / BLOCK_BYTES; block * BLOCK_BYTES < to; block++) {
            if (contains(block)) {
                return true;
            }
        }
        return false;
    }

    final synchronized void add(long block) {
        if (blocks.size() < MOST) {
            blocks.add(block);
        }
    }
}
