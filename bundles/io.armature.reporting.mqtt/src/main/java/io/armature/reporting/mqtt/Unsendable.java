package io.armature.reporting.mqtt;

import com.google.protobuf.CodedOutputStream;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records that no broker takes: too large by what is known, or alone in the packet at whose sight
 * connections break again and again. Where they can be kept the server gets a gap in their place,
 * so that it can confirm what is behind them. Not thread safe: belongs to the bridge's thread.
 */
final class Unsendable {

    /** One loss may be the link's fault, and so may two. */
    static final int TRIES = 5;

    private static final int MAX_REMEMBERED = 256;

    private record Key(QueueKey queue, long id) {}

    private final Optional<SetAside> setAside;
    private final Set<Key> condemned = new LinkedHashSet<>();
    private final Map<Key, Integer> losses = new LinkedHashMap<>();

    Unsendable(Optional<SetAside> setAside) {
        this.setAside = setAside;
    }

    /** Whether this one is not to be sent though it would fit. */
    boolean isCondemned(QueueKey queue, long id) {
        return !condemned.isEmpty() && condemned.contains(new Key(queue, id));
    }

    /** The broker said that this record alone is too large. */
    void refused(QueueKey queue, long id) {
        condemned.add(new Key(queue, id));
        if (condemned.size() > MAX_REMEMBERED) {
            condemned.remove(condemned.iterator().next());
        }
    }

    /** The connection broke while this record alone was in flight. */
    void lost(QueueKey queue, long id) {
        Key key = new Key(queue, id);
        if (losses.merge(key, 1, Integer::sum) >= TRIES) {
            losses.remove(key);
            refused(queue, id);
        }
        if (losses.size() > MAX_REMEMBERED) {
            losses.remove(losses.keySet().iterator().next());
        }
    }

    /** What broke until now may have been the link's fault. */
    void forgetLosses() {
        losses.clear();
    }

    void acknowledged(QueueKey queue, long id) {
        if (!losses.isEmpty()) {
            losses.remove(new Key(queue, id));
        }
    }

    /** The batch with gaps for what was kept; the same one if there is nothing to keep. */
    UploadEncryptedRecordRequest withGaps(
            UploadEncryptedRecordRequest batch, QueueKey queue, int hardBytes) {
        if (setAside.isEmpty()
                || batch.getEncryptedRecordList().stream()
                        .noneMatch(record -> isUnsendable(queue, record, hardBytes))) {
            return batch;
        }
        UploadEncryptedRecordRequest.Builder gapped = batch.toBuilder().clearEncryptedRecord();
        for (EncryptedRecord record : batch.getEncryptedRecordList()) {
            long id = record.getSequenceInformation().getSequencingId();
            boolean kept =
                    isUnsendable(queue, record, hardBytes)
                            && setAside.get()
                                    .keep(queue, id, record.toBuilder().clearRecordCopy().build());
            if (kept) {
                condemned.remove(new Key(queue, id));
            }
            gapped.addEncryptedRecord(kept ? gap(record) : record);
        }
        return gapped.build();
    }

    private boolean isUnsendable(QueueKey queue, EncryptedRecord record, int hardBytes) {
        if (!record.hasSequenceInformation() || !record.hasEncryptedWrappedRecord()) {
            return false;
        }
        long id = record.getSequenceInformation().getSequencingId();
        return size(record) > hardBytes - BridgeSettings.PACKET_OVERHEAD_BYTES
                || isCondemned(queue, id)
                || setAside.filter(one -> one.has(queue, id)).isPresent();
    }

    private static int size(EncryptedRecord record) {
        EncryptedRecord sent =
                record.hasRecordCopy() ? record.toBuilder().clearRecordCopy().build() : record;
        return CodedOutputStream.computeMessageSize(
                UploadEncryptedRecordRequest.ENCRYPTED_RECORD_FIELD_NUMBER, sent);
    }

    private static EncryptedRecord gap(EncryptedRecord record) {
        return EncryptedRecord.newBuilder()
                .setSequenceInformation(record.getSequenceInformation())
                .build();
    }
}
