package io.armature.reporting.queue;

/**
 * Bytes of records on their way to disk and of batches on their way out. Nobody blocks here: who
 * gets nothing is told of the next release. Thread-safe.
 */
public final class MemoryPool {

    private final long limitBytes;
    private long used;
    private volatile Runnable released = () -> {};

    public MemoryPool(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Who is told of each release, on the releasing thread. */
    public void onRelease(Runnable listener) {
        released = listener;
    }

    /** Takes the bytes if they are there. */
    public synchronized boolean reserve(long bytes) {
        if (used + bytes > limitBytes) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Takes the bytes if at least as much as {@code keepFree} stays. */
    public synchronized boolean reserve(long bytes, long keepFree) {
        if (used + bytes + keepFree > limitBytes) {
            return false;
        }
        used += bytes;
        return true;
    }

    /**
     * Takes the bytes even beyond the limit: for what must go on, such as a batch's first record.
     */
    public synchronized void force(long bytes) {
        used += bytes;
    }

    /** Gives bytes back and tells the listener. */
    public void release(long bytes) {
        synchronized (this) {
            used -= bytes;
        }
        released.run();
    }

    public synchronized long usedBytes() {
        return used;
    }

    public long limitBytes() {
        return limitBytes;
    }
}
