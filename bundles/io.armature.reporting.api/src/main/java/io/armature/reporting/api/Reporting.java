package io.armature.reporting.api;

import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The spool's five operations. All are asynchronous and never block; any thread may call them. A
 * stage fails with {@link ReportingException} only. Stages complete on a thread of the spool's: do
 * not block in what you attach.
 */
@ProviderType
public interface Reporting {

    /**
     * Stores one record. When the stage completes, the record is forced to disk and survives power
     * loss. Records that one thread enqueues with the same priority and token keep their order.
     *
     * @param request record and priority; at most 1 MiB after sealing
     */
    CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request);

    /**
     * Starts an upload of every queue of the priority; completes when the read passes have ended,
     * before the upload.
     */
    CompletionStage<Void> flush(Priority priority);

    /**
     * The server has stored all ids up to the given one; they may be deleted. Repeating it changes
     * nothing.
     */
    CompletionStage<Void> confirm(ConfirmRecordUploadRequest request);

    /**
     * A signed key from the server; used at once and durable on completion. A badly signed one
     * never becomes active.
     */
    CompletionStage<Void> updateKey(SignedEncryptionInfo key);

    /** Replaces the list of destinations that are refused. */
    CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations blocked);

    /** The queues of this moment, in order of priority and age. */
    CompletionStage<List<QueueState>> queues();
}
