package io.armature.reporting.mqtt;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** A spool that only notes what the bridge tells it. */
final class FakeReporting implements Reporting {

    final BlockingQueue<ConfirmRecordUploadRequest> confirmed = new LinkedBlockingQueue<>();
    final BlockingQueue<SignedEncryptionInfo> keys = new LinkedBlockingQueue<>();

    /** OK, or what calls fail with. */
    volatile StatusCode answer = StatusCode.OK;

    private CompletionStage<Void> answer() {
        return answer == StatusCode.OK
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new ReportingException(answer, "test"));
    }

    @Override
    public CompletionStage<Void> confirm(ConfirmRecordUploadRequest request) {
        if (answer == StatusCode.OK) {
            confirmed.add(request);
        }
        return answer();
    }

    @Override
    public CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
        if (answer == StatusCode.OK) {
            keys.add(key);
        }
        return answer();
    }

    @Override
    public CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> flush(Priority priority) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations blocked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<QueueState>> queues() {
        throw new UnsupportedOperationException();
    }
}
