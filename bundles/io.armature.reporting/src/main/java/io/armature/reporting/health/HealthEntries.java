package io.armature.reporting.health;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.BlockedDestinationsUpdatedCall;
import io.armature.reporting.proto.BlockedRecordCall;
import io.armature.reporting.proto.ConfirmRecordUploadCall;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EnqueueRecordCall;
import io.armature.reporting.proto.FlushPriorityCall;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.StorageDequeue;
import io.armature.reporting.proto.StorageEnqueue;
import io.armature.reporting.proto.StorageQueueAction;
import io.armature.reporting.proto.UploadEncryptedRecordCall;
import io.armature.reporting.proto.UploadGapItem;
import io.armature.reporting.proto.UploadItem;
import io.armature.reporting.proto.UploadRecordItem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Entries of the history, without their time; an absent status is OK. */
public final class HealthEntries {

    private HealthEntries() {}

    /**
     * @param failure null if the record was stored
     */
    public static HealthDataHistory.Builder enqueued(
            Priority priority, Destination destination, Throwable failure) {
        EnqueueRecordCall.Builder call =
                EnqueueRecordCall.newBuilder().setPriority(priority).setDestination(destination);
        status(failure).ifPresent(call::setStatus);
        return HealthDataHistory.newBuilder().setEnqueueRecordCall(call);
    }

    /** A record got its place in a queue. */
    public static HealthDataHistory.Builder stored(Priority priority, long id) {
        return action(
                StorageQueueAction.newBuilder()
                        .setPriority(priority)
                        .setStorageEnqueue(StorageEnqueue.newBuilder().setSequencingId(id)));
    }

    /** Records of a queue need not be kept any more. */
    public static HealthDataHistory.Builder released(Priority priority, long upTo, long count) {
        return action(
                StorageQueueAction.newBuilder()
                        .setPriority(priority)
                        .setStorageDequeue(
                                StorageDequeue.newBuilder()
                                        .setSequencingId(upTo)
                                        .setRecordsCount(count)));
    }

    private static HealthDataHistory.Builder action(StorageQueueAction.Builder action) {
        return HealthDataHistory.newBuilder().setStorageQueueAction(action);
    }

    /** A record was refused for its destination. */
    public static HealthDataHistory.Builder blocked(Priority priority, Destination destination) {
        return HealthDataHistory.newBuilder()
                .setBlockedRecordCall(
                        BlockedRecordCall.newBuilder()
                                .setPriority(priority)
                                .setDestination(destination));
    }

    /** Another list of blocked destinations has come. */
    public static HealthDataHistory.Builder blocked(ListOfBlockedDestinations list) {
        return HealthDataHistory.newBuilder()
                .setBlockedDestinationsUpdatedCall(
                        BlockedDestinationsUpdatedCall.newBuilder()
                                .addAllDestinations(list.getDestinationsList()));
    }

    /**
     * @param failure null if the read passes have ended well
     */
    public static HealthDataHistory.Builder flushed(Priority priority, Throwable failure) {
        FlushPriorityCall.Builder call = FlushPriorityCall.newBuilder().setPriority(priority);
        status(failure).ifPresent(call::setStatus);
        return HealthDataHistory.newBuilder().setFlushPriorityCall(call);
    }

    /**
     * @param failure null if it was heeded
     */
    public static HealthDataHistory.Builder confirmed(
            ConfirmRecordUploadRequest request, Throwable failure) {
        ConfirmRecordUploadCall.Builder call =
                ConfirmRecordUploadCall.newBuilder()
                        .setSequencingId(request.getSequenceInformation().getSequencingId())
                        .setPriority(request.getSequenceInformation().getPriority())
                        .setForceConfirm(request.getForceConfirm());
        status(failure).ifPresent(call::setStatus);
        return HealthDataHistory.newBuilder().setConfirmRecordUploadCall(call);
    }

    /**
     * @param records of one queue, in order of id; none where only a key was asked for
     * @param reason why the upload was started
     * @param status what the uploader said
     */
    public static HealthDataHistory.Builder uploaded(
            List<EncryptedRecord> records, String reason, Optional<StatusProto> status) {
        UploadEncryptedRecordCall.Builder call =
                UploadEncryptedRecordCall.newBuilder().setUploadReason(reason);
        if (!records.isEmpty()) {
            call.setPriority(records.get(0).getSequenceInformation().getPriority());
        }
        status.filter(said -> said.getCode() != StatusCode.OK.number()).ifPresent(call::setStatus);
        for (int i = 0; i < records.size(); i++) {
            UploadItem.Builder item = UploadItem.newBuilder();
            long id = records.get(i).getSequenceInformation().getSequencingId();
            if (records.get(i).hasEncryptedWrappedRecord()) {
                item.setRecord(UploadRecordItem.newBuilder().setSequencingId(id));
            } else {
                int first = i;
                while (i + 1 < records.size()
                        && !records.get(i + 1).hasEncryptedWrappedRecord()
                        && idOf(records.get(i + 1)) == idOf(records.get(i)) + 1) {
                    i++;
                }
                item.setGap(UploadGapItem.newBuilder().setSequencingId(id).setCount(i - first + 1));
            }
            call.addItems(item);
        }
        return HealthDataHistory.newBuilder().setUploadEncryptedRecordCall(call);
    }

    private static long idOf(EncryptedRecord record) {
        return record.getSequenceInformation().getSequencingId();
    }

    /** Empty for none. */
    public static Optional<StatusProto> status(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause == null) {
            return Optional.empty();
        }
        StatusCode code =
                cause instanceof ReportingException known ? known.code() : StatusCode.INTERNAL;
        return Optional.of(
                StatusProto.newBuilder()
                        .setCode(code.number())
                        .setErrorMessage(String.valueOf(cause.getMessage()))
                        .build());
    }
}
