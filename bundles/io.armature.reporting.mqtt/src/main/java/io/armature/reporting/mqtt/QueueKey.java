package io.armature.reporting.mqtt;

import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.Optional;

/** A queue of the spool in one of its generations; ids are unique within it. */
record QueueKey(int priority, String guid, long generationId) {

    static QueueKey of(SequenceInformation sequence) {
        return new QueueKey(
                sequence.getPriority().getNumber(),
                sequence.getGenerationGuid(),
                sequence.getGenerationId());
    }

    /** Of a batch, none if it has no records. */
    static Optional<QueueKey> of(UploadEncryptedRecordRequest batch) {
        return batch.getEncryptedRecordList().stream()
                .filter(EncryptedRecord::hasSequenceInformation)
                .findFirst()
                .map(record -> of(record.getSequenceInformation()));
    }

    @Override
    public String toString() {
        return priority + "/" + guid + "/" + generationId;
    }
}
