package io.armature.reporting.mqtt;

import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.List;
import java.util.Optional;

/**
 * What goes into one packet.
 *
 * @param queue none if there are no records
 * @param ids of the records that carry one
 * @param bytes size of the request when serialized
 */
record Part(
        UploadEncryptedRecordRequest request,
        Optional<QueueKey> queue,
        List<IdRun> ids,
        int bytes) {

    Part {
        ids = List.copyOf(ids);
    }
}
