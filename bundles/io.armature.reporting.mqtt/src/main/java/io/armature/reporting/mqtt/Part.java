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
 * @param lone whether it is one record that is larger than packets should be: nothing else should
 *     be in flight with it
 */
record Part(
        UploadEncryptedRecordRequest request,
        Optional<QueueKey> queue,
        List<IdRun> ids,
        int bytes,
        boolean lone) {

    Part {
        ids = List.copyOf(ids);
    }

    /** The only id, if there is one record. */
    Optional<Long> onlyId() {
        return request.getEncryptedRecordCount() == 1 && ids.size() == 1
                ? Optional.of(ids.get(0).first())
                : Optional.empty();
    }
}
