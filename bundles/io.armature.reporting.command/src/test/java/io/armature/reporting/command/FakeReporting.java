package io.armature.reporting.command;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** A spool that answers when the test says so, or at once. */
final class FakeReporting implements Reporting {

    static final String GUID = "0b8f6a52-0000-4000-8000-000000000000";

    /** A call without answer. */
    record Open(EnqueueRecordRequest request, CompletableFuture<Enqueued> answer) {}

    final LinkedBlockingQueue<Open> open = new LinkedBlockingQueue<>();
    final List<EnqueueRecordRequest> stored = new ArrayList<>();
    final List<Priority> flushed = new ArrayList<>();
    List<QueueState> queues = List.of();
    private final boolean atOnce;

    FakeReporting(boolean atOnce) {
        this.atOnce = atOnce;
    }

    @Override
    public CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request) {
        Open call = new Open(request, new CompletableFuture<>());
        if (atOnce) {
            store(call);
        } else {
            open.add(call);
        }
        return call.answer();
    }

    synchronized void store(Open call) {
        stored.add(call.request());
        call.answer()
                .complete(new Enqueued(call.request().getPriority(), GUID, 7, stored.size() - 1L));
    }

    static void handBack(Open call) {
        call.answer()
                .completeExceptionally(
                        new ReportingException(StatusCode.UNAVAILABLE, "The spool is stopping"));
    }

    @Override
    public CompletionStage<Void> flush(Priority priority) {
        flushed.add(priority);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> confirm(ConfirmRecordUploadRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations blocked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<QueueState>> queues() {
        return CompletableFuture.completedFuture(queues);
    }
}
