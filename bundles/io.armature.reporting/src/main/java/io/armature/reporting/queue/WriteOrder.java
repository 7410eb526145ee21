package io.armature.reporting.queue;

import io.armature.reporting.segment.FrameFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The order of a queue's writes, its ids and the digest chain. Every write gets its place when it
 * starts; sealing then runs in parallel, and frames leave in that order. A write that fails is
 * taken out anywhere, and the chain is linked again behind it. Not thread-safe: the queue's lock
 * guards it.
 */
final class WriteOrder {

    private final ArrayDeque<PendingWrite> writes = new ArrayDeque<>();
    private Optional<byte[]> durableDigest;
    private Optional<byte[]> lastDigest;
    private long durableNext;
    private long next;

    /**
     * @param nextId the id of the next record
     * @param lastDigest digest of the record before it, if known
     */
    WriteOrder(long nextId, Optional<byte[]> lastDigest) {
        this.durableNext = nextId;
        this.next = nextId;
        this.durableDigest = lastDigest;
        this.lastDigest = lastDigest;
    }

    void add(PendingWrite write) {
        write.id = next++;
        write.previous = lastDigest.orElse(null);
        lastDigest = Optional.of(write.digest);
        writes.add(write);
    }

    boolean isEmpty() {
        return writes.isEmpty();
    }

    /** Whether all that was ever added is durable or was given up. */
    boolean isIdle() {
        return next == durableNext;
    }

    boolean isFirst(PendingWrite write) {
        return writes.peek() == write;
    }

    /** Whether the head is sealed. */
    boolean isReady() {
        PendingWrite head = writes.peek();
        return head != null && head.frame != null;
    }

    long durableNext() {
        return durableNext;
    }

    Optional<byte[]> durableDigest() {
        return durableDigest;
    }

    /** The longest run of sealed writes from the head that fits, at least one if one is sealed. */
    List<PendingWrite> take(long limitBytes) {
        List<PendingWrite> group = new ArrayList<>();
        long bytes = 0;
        for (PendingWrite write = writes.peek();
                write != null
                        && write.frame != null
                        && (group.isEmpty() || bytes + write.frame.length <= limitBytes);
                write = writes.peek()) {
            bytes += write.frame.length;
            group.add(writes.poll());
        }
        return group;
    }

    /** The group is durable. */
    void committed(PendingWrite last) {
        durableNext = last.id + 1;
        durableDigest = Optional.of(last.digest);
    }

    /**
     * Takes out one write and closes the chain and the ids behind it.
     *
     * @return the write behind it if that was sealed already and must be sealed again, else null: a
     *     write that is being sealed finds its changed revision itself
     */
    PendingWrite remove(PendingWrite failed) {
        failed.failed = true;
        PendingWrite successor = null;
        boolean behind = false;
        for (Iterator<PendingWrite> all = writes.iterator(); all.hasNext(); ) {
            PendingWrite write = all.next();
            if (behind) {
                write.id--;
                successor = successor == null ? write : successor;
            } else if (write == failed) {
                all.remove();
                behind = true;
            }
        }
        next--;
        if (successor == null) {
            lastDigest = Optional.ofNullable(failed.previous);
            return null;
        }
        boolean sealed = successor.frame != null;
        successor.previous = failed.previous;
        successor.revision++;
        successor.frame = null;
        return sealed ? successor : null;
    }

    /** Gives up every write that is not durable; the chain goes on from the last durable record. */
    List<PendingWrite> fail(List<PendingWrite> taken) {
        List<PendingWrite> all = new ArrayList<>(taken);
        all.addAll(writes);
        writes.clear();
        all.forEach(write -> write.failed = true);
        next = durableNext;
        lastDigest = durableDigest;
        return all;
    }

    /** Has the frames of a group carry the ids that they are stored under. */
    static void renumber(List<PendingWrite> group, long generationId) {
        for (PendingWrite write : group) {
            if (FrameFormat.id(write.frame) != write.id) {
                FrameFormat.renumber(write.frame, generationId, write.id);
            }
        }
    }
}
