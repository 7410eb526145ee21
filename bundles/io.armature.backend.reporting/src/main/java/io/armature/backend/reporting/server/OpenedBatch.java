package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.reporting.opening.Content;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.backend.reporting.storage.QueueName;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * An upload as it was understood.
 *
 * @param batchId returned with the reply
 * @param malformed records without a queue or id that can exist
 */
record OpenedBatch(
        String device, ByteString batchId, boolean needsKey, List<Item> items, int malformed) {

    /** Opened bytes of one batch that are kept at a time; the device sends the rest again. */
    static final long OPENED_LIMIT_BYTES = 16L << 20;

    private static final int BATCH_ID_LIMIT_BYTES = 64;

    /**
     * One record.
     *
     * @param content none if it was not opened, because its id is stored
     */
    record Item(QueueName queue, long id, Optional<Content> content) {}

    /**
     * Opens an upload.
     *
     * @param stored tells ids that need not be opened
     * @throws InvalidProtocolBufferException if the message is no upload
     */
    static OpenedBatch open(
            String device, byte[] payload, RecordOpener opener, BiPredicate<QueueName, Long> stored)
            throws InvalidProtocolBufferException {
        UploadEnvelope envelope = UploadEnvelope.parseFrom(payload);
        if (!envelope.hasRequest() || envelope.getBatchId().size() > BATCH_ID_LIMIT_BYTES) {
            throw new InvalidProtocolBufferException("no request");
        }
        UploadEncryptedRecordRequest request = envelope.getRequest();
        List<Item> items = new ArrayList<>(request.getEncryptedRecordCount());
        int malformed = 0;
        long openedBytes = 0;
        for (EncryptedRecord sealed : request.getEncryptedRecordList()) {
            long id = sealed.getSequenceInformation().getSequencingId();
            Optional<QueueName> queue = QueueName.of(device, sealed.getSequenceInformation());
            if (queue.isEmpty() || id < 0 || id == Long.MAX_VALUE) {
                malformed++;
            } else if (stored.test(queue.get(), id)) {
                items.add(new Item(queue.get(), id, Optional.empty()));
            } else if (openedBytes < OPENED_LIMIT_BYTES) {
                Content content = opener.open(sealed);
                openedBytes += size(content);
                items.add(new Item(queue.get(), id, Optional.of(content)));
            }
        }
        return new OpenedBatch(
                device, envelope.getBatchId(), request.getNeedEncryptionKeys(), items, malformed);
    }

    private static long size(Content content) {
        if (content instanceof Content.Opened opened) {
            return opened.record().getData().size();
        }
        return content instanceof Content.Refused refused ? refused.sealed().size() : 0;
    }
}
