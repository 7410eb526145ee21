package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Arrival;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.opening.RecordOpener;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedCounters;
import io.armature.reporting.proto.UploadEnvelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.function.IntSupplier;

/**
 * Records of an upload as they were understood.
 *
 * @param upload where they come from
 * @param last whether these are the upload's last
 * @param malformed records without a queue or id that can exist
 * @param keyIsOld whether a record was sealed for another key than the one that is given out
 * @param bytes what the opened records take in memory
 */
record OpenedBatch(
        Upload upload,
        boolean last,
        List<Arrival> items,
        int malformed,
        boolean keyIsOld,
        long bytes) {

    /** Opened bytes of one batch; the device sends again what is beyond. */
    static final long LIMIT_BYTES = 16L << 20;

    private static final int ITEM_BYTES = 256;

    /**
     * An upload.
     *
     * @param batchId returned with the reply
     * @param spool what the device says of its spool
     * @param counters what it says of its queues
     * @param configuration the version that the device says it has
     * @param firstKept the first id of the records' queue that the device still keeps; 0: not known
     */
    record Upload(
            String device,
            ByteString batchId,
            boolean needsKey,
            SpoolState spool,
            Optional<SignedCounters> counters,
            OptionalInt configuration,
            long firstKept) {

        static Upload of(String device, UploadEnvelope envelope) {
            return new Upload(
                    device,
                    envelope.getBatchId(),
                    envelope.getRequest().getNeedEncryptionKeys(),
                    SpoolState.of(envelope.getRequest()),
                    envelope.hasCounters() ? Optional.of(envelope.getCounters()) : Optional.empty(),
                    envelope.hasConfigurationVersion()
                            ? OptionalInt.of(envelope.getConfigurationVersion())
                            : OptionalInt.empty(),
                    Math.max(0, envelope.getFirstKeptId()));
        }
    }

    /**
     * Opens records of an upload.
     *
     * @param keyId of the key that is given out
     * @param stored tells ids that need not be opened
     */
    static OpenedBatch open(
            Upload upload,
            List<EncryptedRecord> records,
            boolean last,
            RecordOpener opener,
            IntSupplier keyId,
            BiPredicate<QueueName, Long> stored) {
        List<Arrival> items = new ArrayList<>(records.size());
        int malformed = 0;
        boolean keyIsOld = false;
        long bytes = 0;
        Optional<QueueName> first = Optional.empty();
        for (EncryptedRecord sealed : records) {
            long id = sealed.getSequenceInformation().getSequencingId();
            Optional<QueueName> queue =
                    QueueName.of(upload.device(), sealed.getSequenceInformation());
            first = first.or(() -> queue);
            long kept = queue.equals(first) ? upload.firstKept() : 0;
            if (queue.isEmpty() || id < 0 || id == Long.MAX_VALUE) {
                malformed++;
            } else if (stored.test(queue.get(), id)) {
                items.add(new Arrival(queue.get(), id, Optional.empty(), kept));
            } else if (bytes < LIMIT_BYTES) {
                Content content = opener.open(sealed);
                // After opening, which finds keys that another server has made.
                keyIsOld |=
                        sealed.hasEncryptionInfo()
                                && sealed.getEncryptionInfo().getPublicKeyId() != keyId.getAsInt();
                bytes += ITEM_BYTES + size(content);
                items.add(new Arrival(queue.get(), id, Optional.of(content), kept));
            }
        }
        return new OpenedBatch(upload, last, items, malformed, keyIsOld, bytes);
    }

    private static long size(Content content) {
        if (content instanceof Content.Opened opened) {
            return opened.record().getSerializedSize();
        }
        return content instanceof Content.Refused refused ? refused.sealed().size() : 0;
    }
}
