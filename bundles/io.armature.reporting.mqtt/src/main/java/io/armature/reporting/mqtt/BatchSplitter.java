package io.armature.reporting.mqtt;

import com.google.protobuf.CodedOutputStream;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Cuts a batch of the spool into parts that fit into a packet, in the order of the ids. */
final class BatchSplitter {

    /**
     * @param oversized records that fit into no packet
     */
    record Split(List<Part> parts, List<Oversized> oversized) {}

    /**
     * @param bytes what the record alone needs
     */
    record Oversized(QueueKey queue, long id, long bytes) {}

    private final int limitBytes;
    private final int loneBytes;
    private final LongPredicate wanted;
    private final List<Part> parts = new ArrayList<>();
    private final List<Oversized> oversized = new ArrayList<>();
    private final Optional<QueueKey> queue;

    private UploadEncryptedRecordRequest.Builder open;
    private List<IdRun> openIds = new ArrayList<>();
    private int openBytes;
    private final int laterBytes;

    private BatchSplitter(
            UploadEncryptedRecordRequest batch,
            Optional<QueueKey> queue,
            LongPredicate wanted,
            int limitBytes,
            int loneBytes) {
        this.limitBytes = limitBytes;
        this.loneBytes = loneBytes;
        this.wanted = wanted;
        this.queue = queue;
        UploadEncryptedRecordRequest head = batch.toBuilder().clearEncryptedRecord().build();
        UploadEncryptedRecordRequest later =
                head.toBuilder().clearNeedEncryptionKeys().clearHealthData().build();
        this.open = head.toBuilder();
        this.openBytes = head.getSerializedSize();
        this.laterBytes = later.getSerializedSize();
        if (openBytes > limitBytes) {
            this.open = head.toBuilder().clearHealthData();
            this.openBytes = open.build().getSerializedSize();
        }
        for (EncryptedRecord record : batch.getEncryptedRecordList()) {
            add(record, later);
        }
        if (open.getEncryptedRecordCount() > 0
                || (parts.isEmpty() && head.getNeedEncryptionKeys())) {
            close();
        }
    }

    /**
     * @param queue of the batch, none if it has no records
     * @param wanted the ids to send; records without an id are always sent
     * @param limitBytes largest serialized request of several records
     * @param loneBytes largest one of a single record, not less
     */
    static Split split(
            UploadEncryptedRecordRequest batch,
            Optional<QueueKey> queue,
            LongPredicate wanted,
            int limitBytes,
            int loneBytes) {
        BatchSplitter splitter =
                new BatchSplitter(
                        batch, queue, wanted, limitBytes, Math.max(limitBytes, loneBytes));
        return new Split(splitter.parts, splitter.oversized);
    }

    private void add(EncryptedRecord offered, UploadEncryptedRecordRequest later) {
        boolean numbered = offered.hasSequenceInformation() && queue.isPresent();
        long id = offered.getSequenceInformation().getSequencingId();
        if (numbered && !wanted.test(id)) {
            return;
        }
        EncryptedRecord record =
                offered.hasRecordCopy() ? offered.toBuilder().clearRecordCopy().build() : offered;
        int bytes =
                CodedOutputStream.computeMessageSize(
                        UploadEncryptedRecordRequest.ENCRYPTED_RECORD_FIELD_NUMBER, record);
        if (laterBytes + bytes > loneBytes) {
            queue.ifPresent(key -> oversized.add(new Oversized(key, id, bytes)));
            return;
        }
        if (openBytes + bytes > limitBytes) {
            close();
            open = later.toBuilder();
            openBytes = laterBytes;
        }
        open.addEncryptedRecord(record);
        openBytes += bytes;
        if (numbered) {
            extend(id);
        }
        if (openBytes > limitBytes) {
            close();
            open = later.toBuilder();
            openBytes = laterBytes;
        }
    }

    private void extend(long id) {
        int end = openIds.size() - 1;
        if (end >= 0 && openIds.get(end).last() + 1 == id) {
            openIds.set(end, new IdRun(openIds.get(end).first(), id));
        } else if (id >= 0) {
            openIds.add(new IdRun(id, id));
        }
    }

    private void close() {
        if (open.getEncryptedRecordCount() > 0 || open.getNeedEncryptionKeys()) {
            parts.add(new Part(open.build(), queue, openIds, openBytes, openBytes > limitBytes));
            openIds = new ArrayList<>();
        }
    }
}
