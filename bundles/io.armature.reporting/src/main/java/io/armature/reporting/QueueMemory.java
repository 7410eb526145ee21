package io.armature.reporting;

import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.upload.CachedIds;
import io.armature.reporting.upload.QueueUploads;

/**
 * What a queue knows in memory only.
 *
 * @param lastWriteNanos monotonic time of its last record
 * @param cached ids that the uploader holds already
 * @param sentNext the id behind the last one that went to an uploader, 0 if that is not known
 */
record QueueMemory(long lastWriteNanos, CachedIds cached, long sentNext) {

    static QueueMemory of(RecordQueue queue, QueueUploads uploads) {
        return new QueueMemory(queue.lastWriteNanos(), uploads.cached(), uploads.sent().next());
    }

    /** Has a queue of the next instance know it, too. */
    void giveTo(RecordQueue queue, QueueUploads uploads) {
        queue.lastWriteNanos(lastWriteNanos);
        uploads.cached(cached);
        if (sentNext > 0) {
            uploads.sent().goOn(sentNext);
        }
    }
}
