package io.armature.reporting;

import io.armature.reporting.upload.CachedIds;

/**
 * What a queue knows in memory only.
 *
 * @param lastWriteNanos monotonic time of its last record
 * @param cached ids that the uploader holds already
 */
record QueueMemory(long lastWriteNanos, CachedIds cached) {}
