package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.reporting.proto.EncryptedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Records of an upload as they were understood.
 *
 * @param upload where they come from
 * @param last whether these are the upload's last
 * @param malformed records without a queue or id that can exist
 * @param bytes what the opened records take in memory
 */
record OpenedBatch(Upload upload, boolean last, List<Arrival> items, int malformed, long bytes) {

    /** Opened bytes of one batch; the device sends again what is beyond. */
    static final long LIMIT_BYTES = 16L << 20;

    private static final int ITEM_BYTES = 256;

    /**
     * An upload.
     *
     * @param batchId returned with the reply
     */
    record Upload(String device, ByteString batchId, boolean needsKey) {}

    /**
     * Opens records of an upload.
     *
     * @param stored tells ids that need not be opened
     */
    static OpenedBatch open(
            Upload upload,
            List<EncryptedRecord> records,
            boolean last,
            RecordOpener opener,
            BiPredicate<QueueName, Long> stored) {
        List<Arrival> items = new ArrayList<>(records.size());
        int malformed = 0;
        long bytes = 0;
        for (EncryptedRecord sealed : records) {
            long id = sealed.getSequenceInformation().getSequencingId();
            Optional<QueueName> queue =
                    QueueName.of(upload.device(), sealed.getSequenceInformation());
            if (queue.isEmpty() || id < 0 || id == Long.MAX_VALUE) {
                malformed++;
            } else if (stored.test(queue.get(), id)) {
                items.add(new Arrival(queue.get(), id, Optional.empty()));
            } else if (bytes < LIMIT_BYTES) {
                Content content = opener.open(sealed);
                bytes += ITEM_BYTES + size(content);
                items.add(new Arrival(queue.get(), id, Optional.of(content)));
            }
        }
        return new OpenedBatch(upload, last, items, malformed, bytes);
    }

    private static long size(Content content) {
        if (content instanceof Content.Opened opened) {
            return opened.record().getSerializedSize();
        }
        return content instanceof Content.Refused refused ? refused.sealed().size() : 0;
    }
}
