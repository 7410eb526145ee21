package io.armature.reporting.api;

import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes batches towards the server. Published as a service by a bridge; the spool uses the one of
 * the highest ranking and tries again when one comes back.
 */
@ConsumerType
public interface Uploader {

    /**
     * Hands one batch over; must not block. The reply is no confirmation: it tells only whether the
     * batch was taken and which ids need not be offered again yet ({@code cached_events_seq_ids}
     * replaces the queue's set). A stage that fails changes nothing.
     *
     * <p>Any thread may call this; batches of one priority go out in the order of the calls, more
     * important ones may overtake. Every stage completes, also when the uploader closes. It fails
     * with {@link ReportingException} only: UNAVAILABLE (no connection, closing) or
     * RESOURCE_EXHAUSTED (too many batches wait, or as much was sent as may be).
     *
     * @param request records of one queue, or none if only a key is asked for
     */
    CompletionStage<UploadEncryptedRecordResponse> upload(UploadEncryptedRecordRequest request);
}
