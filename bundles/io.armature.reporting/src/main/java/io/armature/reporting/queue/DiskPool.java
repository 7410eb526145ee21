package io.armature.reporting.queue;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of segment files that all queues share, preallocated space included. Thread-safe. */
public final class DiskPool {

    private volatile long limitBytes;
    private final AtomicLong used = new AtomicLong();

    public DiskPool(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Another limit from now on. What is taken stays taken, also beyond it: then the next who needs
     * some must first have others give up what is too much.
     */
    public void limit(long bytes) {
        limitBytes = bytes;
    }

    /** Takes the bytes if they are there. */
    public boolean reserve(long bytes) {
        long before = used.get();
        while (before + bytes <= limitBytes) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /** Counts what is on disk already, even beyond the limit. */
    public void charge(long bytes) {
        used.addAndGet(bytes);
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public long usedBytes() {
        return used.get();
    }

    /** What can still be reserved, never negative. */
    public long freeBytes() {
        return Math.max(0, limitBytes - used.get());
    }

    public long limitBytes() {
        return limitBytes;
    }
}
