package io.armature.reporting.mqtt;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the spool offered at once. Not thread safe: belongs to the bridge's thread. */
final class Batch {

    private final Optional<QueueKey> queue;
    private final CompletableFuture<UploadEncryptedRecordResponse> answer;
    private final long offeredNanos;
    private int missing;
    private Optional<ReportingException> failure = Optional.empty();

    /**
     * @param queue none if it has no records
     * @param missing parts that have not ended
     * @param offeredNanos when the spool began to wait for the answer
     */
    Batch(
            Optional<QueueKey> queue,
            CompletableFuture<UploadEncryptedRecordResponse> answer,
            int missing,
            long offeredNanos) {
        this.offeredNanos = offeredNanos;
        this.queue = queue;
        this.answer = answer;
        this.missing = missing;
    }

    Optional<QueueKey> queue() {
        return queue;
    }

    CompletableFuture<UploadEncryptedRecordResponse> answer() {
        return answer;
    }

    long offeredNanos() {
        return offeredNanos;
    }

    /** One part has ended; true if it was the last. */
    boolean ended(Optional<ReportingException> why) {
        failure = why.or(() -> failure);
        missing--;
        return missing == 0;
    }

    /** The last failure of a part. */
    Optional<ReportingException> failure() {
        return failure;
    }
}
