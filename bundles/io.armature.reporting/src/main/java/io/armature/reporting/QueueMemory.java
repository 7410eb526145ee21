package io.armature.reporting;

import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.upload.CachedIds;
import io.armature.reporting.upload.QueueUploads;

/**
 * What a queue knows in memory only.
 *
 * @param lastWriteNanos monotonic time of its last record
 * @param cached ids that the uploader holds already
 */
record QueueMemory(long lastWriteNanos, CachedIds cached) {

    static QueueMemory of(RecordQueue queue, QueueUploads uploads) {
        return new QueueMemory(queue.lastWriteNanos(), uploads.cached());
    }

    /** Has a queue of the next instance know it, too. */
    void giveTo(RecordQueue queue, QueueUploads uploads) {
        queue.lastWriteNanos(lastWriteNanos);
        uploads.cached(cached);
    }
}
