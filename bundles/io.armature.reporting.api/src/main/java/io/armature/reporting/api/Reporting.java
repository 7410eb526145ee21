package io.armature.reporting.api;

import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The spool's five operations. All are asynchronous and never block; any thread may call them. A
 * stage fails with {@link ReportingException} only. Stages complete on a thread of the spool's, or
 * on one that waits for that very stage: do not block in what you attach.
 */
@ProviderType
public interface Reporting {

    /**
     * Stores one record. When the stage completes, the record is forced to disk and survives power
     * loss. Records that one thread enqueues with the same priority and token keep their order.
     *
     * <p>A thread that waits in {@code toCompletableFuture().get()} or {@code join()} may force the
     * records that are due itself, its own among them; an interrupt does not end that. With a
     * limit, of the wait or of the stage ({@code orTimeout}), it does so only if a disk that works
     * is done in time: from 5 s on, and on a slow disk only with more. With a shorter limit it only
     * waits and is back in time whatever the disk does; a longer one may be passed if the disk
     * hangs.
     *
     * <p>Fails with INVALID_ARGUMENT (no record, no or undefined priority), FAILED_PRECONDITION (no
     * destination; reporting is disabled), CANCELLED (destination is blocked), OUT_OF_RANGE (too
     * large; no id is used), RESOURCE_EXHAUSTED (disk or memory, space that the record wants kept
     * free), UNAVAILABLE (no key within the provider's wait, queue offline, spool stopping) or
     * INTERNAL. Nothing was stored then.
     *
     * @param request record and priority; at most 1 MiB after sealing; not changed by the spool
     */
    CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request);

    /**
     * Starts an upload of every queue of the priority; completes when the read passes have ended,
     * before the upload. Without a key it asks for one and completes when that has come.
     *
     * <p>Fails with UNAVAILABLE (no uploader, spool stopping, records that cannot be read now),
     * INVALID_ARGUMENT (undefined priority) or FAILED_PRECONDITION (reporting is disabled).
     */
    CompletionStage<Void> flush(Priority priority);

    /**
     * The server has stored all ids up to the given one; they may be deleted. Repeating it changes
     * nothing. With {@code force_confirm} the first unconfirmed id is set, also backwards, and
     * nothing is deleted.
     *
     * <p>Fails with INVALID_ARGUMENT (no sequence information), NOT_FOUND (no such queue) or
     * FAILED_PRECONDITION (other generation; reporting is disabled).
     */
    CompletionStage<Void> confirm(ConfirmRecordUploadRequest request);

    /**
     * A signed key from the server; used at once and durable on completion. A badly signed one
     * never becomes active.
     *
     * <p>Fails with INVALID_ARGUMENT (verification failed), FAILED_PRECONDITION (sizes; no
     * verification key) or UNAVAILABLE (the key is used, but could not be stored).
     */
    CompletionStage<Void> updateKey(SignedEncryptionInfo key);

    /**
     * Replaces the list of destinations that are refused, where the device is set to heed it; kept
     * in memory only.
     */
    CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations blocked);

    /**
     * The queues of this moment in order of importance (SECURITY, IMMEDIATE, FAST_BATCH,
     * SLOW_BATCH, BACKGROUND_BATCH, MANUAL_BATCH, MANUAL_BATCH_LACROS), then age.
     */
    CompletionStage<List<QueueState>> queues();

    /**
     * What became of calls, uploads and queues lately, oldest first, at most 100 KiB; empty while
     * that is not recorded. {@code health_data_logging_enabled} in a request or in an uploader's
     * reply switches it as {@link #recordHealth} does; an upload carries it.
     *
     * <p>Fails with UNAVAILABLE (spool stopping, or it cannot be opened).
     */
    CompletionStage<ERPHealthData> health();

    /**
     * Has the history be recorded from now on, or no more. What was recorded stays, also on disk,
     * and is given again when it is switched on again. Off at each start of the device.
     */
    CompletionStage<Void> recordHealth(boolean wanted);

    /**
     * The original's metrics as far as something was seen, sorted by name and sample: counts since
     * the start of the process, over updates of the spool; what the process and the spool take, at
     * this moment.
     *
     * <p>Fails with UNAVAILABLE (spool stopping, or it cannot be opened).
     */
    CompletionStage<List<Metric>> metrics();

    /**
     * Counts what a part beside the spool has seen, among the {@link #metrics}. In memory only, as
     * they are; works while the spool opens and where reporting is disabled.
     *
     * <p>Fails with INVALID_ARGUMENT (a number below 1).
     *
     * @param sample a constant of an enum, so that there are few
     * @param times how often it was seen since the last call
     */
    CompletionStage<Void> count(Observation what, Enum<?> sample, long times);

    /**
     * Completes if calls are taken; fails as each of the five operations would before it looks at
     * its request: FAILED_PRECONDITION (reporting is disabled), UNAVAILABLE (spool stopping, or it
     * cannot be opened).
     */
    CompletionStage<Void> accepting();
}
