package io.armature.reporting.queue;

/**
 * Bytes of records on their way to disk and of batches on their way out. Writes always leave room
 * for a batch of one record, and batches take half at most, so that neither starves the other. An
 * eighth more is for small batches: they go out while nobody answers for those of other queues that
 * hold the half. Nobody blocks here: a write that gets nothing is told of the next release.
 * Thread-safe.
 */
public class MemoryPool {

    /** A largest record in an upload. */
    private static final long UPLOAD_FLOOR_BYTES = (1L << 20) + 4096;

    /** Up to here a batch is small. */
    private static final long SMALL_BATCH_BYTES = 128 << 10;

    // Guarded by this.
    private long limitBytes;
    private long writes;
    private long uploads;
    private volatile Runnable released = () -> {};

    public MemoryPool(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Another limit from now on. What is taken stays taken, also beyond it: then nobody gets
     * anything until there is less. Who waits must be told to look again.
     */
    public synchronized void limit(long bytes) {
        limitBytes = bytes;
    }

    /** Who is told of each release, on the releasing thread. */
    public void onRelease(Runnable listener) {
        released = listener;
    }

    /** The largest write that ever fits, as long as the limit stays. */
    public synchronized long largestWriteBytes() {
        return limitBytes - UPLOAD_FLOOR_BYTES;
    }

    /** Takes the bytes for a write if they are there. */
    public synchronized boolean reserveWrite(long bytes) {
        if (writes + bytes + Math.max(uploads, UPLOAD_FLOOR_BYTES) > limitBytes) {
            return false;
        }
        writes += bytes;
        return true;
    }

    /**
     * Takes the bytes for a batch if they are there.
     *
     * @param batchBytes what the batch has already
     */
    public synchronized boolean reserveUpload(long batchBytes, long bytes) {
        long half = Math.max(limitBytes / 2, UPLOAD_FLOOR_BYTES);
        boolean small = batchBytes + bytes <= SMALL_BATCH_BYTES;
        long share = small ? half + limitBytes / 8 : half;
        if (uploads + bytes > share || uploads + writes + bytes > limitBytes) {
            return false;
        }
        uploads += bytes;
        return true;
    }

    /** Gives bytes of writes back and tells the listener. */
    public void releaseWrite(long bytes) {
        synchronized (this) {
            writes -= bytes;
        }
        released.run();
    }

    /** Gives bytes of a batch back and tells the listener. */
    public void releaseUpload(long bytes) {
        synchronized (this) {
            uploads -= bytes;
        }
        released.run();
    }

    public synchronized long usedBytes() {
        return writes + uploads;
    }
}
