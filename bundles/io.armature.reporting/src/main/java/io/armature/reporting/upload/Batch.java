package io.armature.reporting.upload;

import io.armature.reporting.proto.EncryptedRecord;
import java.util.List;

/**
 * What one read pass found.
 *
 * @param records in order of id, gaps included, cached ones left out
 * @param nextId behind the last id that was looked at
 * @param bytes serialized, as charged to the memory pool
 * @param more whether a limit ended it before the queue's end
 * @param starved whether there was no memory even for the first record
 */
record Batch(
        List<EncryptedRecord> records, long nextId, long bytes, boolean more, boolean starved) {}
