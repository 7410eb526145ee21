package io.armature.reporting.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What every provider of {@link Reporting} keeps; records of up to 1 MiB after sealing. A
 * provider's test extends it.
 */
public abstract class ReportingContract {

    private static final long DEADLINE_SECONDS = 60;
    private static final Priority PRIORITY = Priority.MANUAL_BATCH;

    /**
     * The provider under test: open, with a key if it needs one, empty and without uploader at a
     * test's start, heeding the list of blocked destinations.
     */
    protected abstract Reporting reporting();

    @Test
    public void idsBeginAtZeroAndKeepTheCallersOrder() throws Exception {
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(reporting().enqueue(request("record " + i)));
        }
        Enqueued first = await(all.get(0));
        assertThat(first.generationId()).isPositive();
        for (int i = 0; i < all.size(); i++) {
            assertThat(await(all.get(i)))
                    .isEqualTo(
                            new Enqueued(
                                    PRIORITY, first.generationGuid(), first.generationId(), i));
        }
    }

    @Test
    public void missingFieldsAreToldByCodeAndUseNoId() throws Exception {
        EnqueueRecordRequest good = request("x");
        assertThat(codeOf(good.toBuilder().clearRecord().build()))
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
        assertThat(codeOf(good.toBuilder().clearPriority().build()))
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
        assertThat(codeOf(good.toBuilder().setPriority(Priority.UNDEFINED_PRIORITY).build()))
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
        assertThat(codeOf(good.toBuilder().setRecord(Record.getDefaultInstance()).build()))
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
        assertThat(codeOf(request("x".repeat(8 << 20)))).isEqualTo(StatusCode.OUT_OF_RANGE);
        assertThat(await(reporting().enqueue(good)).sequencingId()).isZero();
    }

    @Test
    public void queuesTellWhatIsUnconfirmed() throws Exception {
        assertThat(await(reporting().queues())).isEmpty();
        await(reporting().enqueue(request("a")));
        Enqueued second = await(reporting().enqueue(request("b")));

        QueueState queue = queue();
        assertThat(queue.priority()).isEqualTo(PRIORITY);
        assertThat(queue.generationGuid()).isEqualTo(second.generationGuid());
        assertThat(queue.generationId()).isEqualTo(second.generationId());
        assertThat(queue.firstUnconfirmedId()).isZero();
        assertThat(queue.nextId()).isEqualTo(2);
        assertThat(queue.bytes()).isPositive();
        assertThat(queue.usedBytes()).isPositive().isLessThanOrEqualTo(queue.bytes());
        assertThat(queue.oldestTimestampMicros()).isPresent();
        assertThat(queue.offline()).isEmpty();
    }

    @Test
    public void confirmationsAreMonotonicAndMayBeRepeated() throws Exception {
        Enqueued first = await(reporting().enqueue(request("a")));
        Enqueued second = await(reporting().enqueue(request("b")));
        await(reporting().enqueue(request("c")));

        await(reporting().confirm(confirmation(second)));
        await(reporting().confirm(confirmation(second)));
        await(reporting().confirm(confirmation(first)));

        assertThat(queue().firstUnconfirmedId()).isEqualTo(2);
        assertThat(queue().usedBytes()).isPositive();
    }

    @Test
    public void aConfirmationThatDoesNotFitChangesNothing() throws Exception {
        Enqueued stored = await(reporting().enqueue(request("a")));
        Enqueued otherGeneration =
                new Enqueued(PRIORITY, stored.generationGuid(), stored.generationId() ^ 2, 0);
        Enqueued unknown =
                new Enqueued(Priority.SECURITY, stored.generationGuid(), stored.generationId(), 0);

        assertThat(failure(reporting().confirm(confirmation(otherGeneration))).code())
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
        assertThat(failure(reporting().confirm(confirmation(unknown))).code())
                .isEqualTo(StatusCode.NOT_FOUND);
        assertThat(
                        failure(
                                        reporting()
                                                .confirm(
                                                        ConfirmRecordUploadRequest
                                                                .getDefaultInstance()))
                                .code())
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
        assertThat(queue().firstUnconfirmedId()).isZero();
    }

    @Test
    public void aForcedConfirmationMayGoBackAndDeletesNothing() throws Exception {
        Enqueued first = await(reporting().enqueue(request("a")));
        Enqueued second = await(reporting().enqueue(request("b")));
        await(reporting().confirm(confirmation(second)));

        await(reporting().confirm(confirmation(first).toBuilder().setForceConfirm(true).build()));

        assertThat(queue().firstUnconfirmedId()).isEqualTo(1);
        assertThat(queue().nextId()).isEqualTo(2);
    }

    @Test
    public void queuesOfDifferentPrioritiesAreApartMostImportantFirst() throws Exception {
        List<Priority> wanted =
                List.of(
                        Priority.MANUAL_BATCH_LACROS,
                        Priority.BACKGROUND_BATCH,
                        Priority.IMMEDIATE,
                        Priority.SECURITY);
        for (Priority priority : wanted) {
            Enqueued stored =
                    await(
                            reporting()
                                    .enqueue(
                                            request("x").toBuilder()
                                                    .setPriority(priority)
                                                    .build()));
            assertThat(stored.sequencingId()).isZero();
        }
        assertThat(await(reporting().queues()).stream().map(QueueState::priority))
                .containsExactly(
                        Priority.SECURITY,
                        Priority.IMMEDIATE,
                        Priority.BACKGROUND_BATCH,
                        Priority.MANUAL_BATCH_LACROS);
    }

    @Test
    public void stateOfAQueueDoesNotChangeAfterItWasGiven() throws Exception {
        await(reporting().enqueue(request("a")));
        QueueState before = queue();
        await(reporting().enqueue(request("b")));
        assertThat(before.nextId()).isEqualTo(1);
        assertThat(queue().nextId()).isEqualTo(2);
    }

    @Test
    public void callersOfManyThreadsGetAnIdEach() throws Exception {
        List<CompletionStage<Enqueued>> all =
                IntStream.range(0, 200)
                        .parallel()
                        .mapToObj(i -> reporting().enqueue(request("record " + i)))
                        .toList();
        List<Long> ids = new ArrayList<>();
        for (CompletionStage<Enqueued> one : all) {
            ids.add(await(one).sequencingId());
        }
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 200).boxed().toList());
    }

    @Test
    public void flushNeedsAPriorityAndAnUploader() throws Exception {
        assertThat(failure(reporting().flush(Priority.UNDEFINED_PRIORITY)).code())
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
        await(reporting().enqueue(request("a")));
        assertThat(failure(reporting().flush(PRIORITY)).code()).isEqualTo(StatusCode.UNAVAILABLE);
    }

    @Test
    public void aKeyWithoutSignatureNeverBecomesActive() throws Exception {
        assertThat(failure(reporting().updateKey(SignedEncryptionInfo.getDefaultInstance())).code())
                .isIn(StatusCode.INVALID_ARGUMENT, StatusCode.FAILED_PRECONDITION);
        assertThat(await(reporting().enqueue(request("a"))).sequencingId()).isZero();
    }

    @Test
    public void blockedDestinationsAreThoseOfTheLastList() throws Exception {
        ListOfBlockedDestinations list =
                ListOfBlockedDestinations.newBuilder()
                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                        .build();
        await(reporting().updateConfiguration(list));
        assertThat(codeOf(request("a"))).isEqualTo(StatusCode.CANCELLED);
        await(reporting().updateConfiguration(ListOfBlockedDestinations.getDefaultInstance()));
        assertThat(await(reporting().enqueue(request("b"))).sequencingId()).isZero();
    }

    @Test
    public void whatOneCallerDoesWithAStageNobodyElseSees() throws Exception {
        await(reporting().enqueue(request("a")));
        reporting().queues().toCompletableFuture().cancel(true);
        reporting().enqueue(request("b")).toCompletableFuture().cancel(true);
        assertThat(await(reporting().enqueue(request("c"))).sequencingId()).isEqualTo(2);
    }

    private QueueState queue() throws Exception {
        List<QueueState> queues = await(reporting().queues());
        assertThat(queues).hasSize(1);
        return queues.get(0);
    }

    @Test
    public void whatOthersCountIsAmongTheMetrics() throws Exception {
        Observation what = Observation.CLIENT_ENQUEUE_RESULT;
        await(reporting().count(what, StatusCode.OK, 2));
        await(reporting().count(what, StatusCode.OK, 40));
        await(reporting().count(what, StatusCode.INTERNAL, 1));
        await(reporting().count(Observation.UNUSUAL_ENQUEUE_TIMESTAMP, Destination.LOG_UPLOAD, 1));
        assertThat(failure(reporting().count(what, StatusCode.OK, 0)).code())
                .isEqualTo(StatusCode.INVALID_ARGUMENT);
        String prefix = "Platform.Missive.";
        assertThat(await(reporting().metrics()))
                .contains(
                        new Metric(prefix + "ClientEnqueueResult", "INTERNAL", 1),
                        new Metric(prefix + "ClientEnqueueResult", "OK", 42),
                        new Metric(prefix + "UnusualEnqueueTimestamp", "LOG_UPLOAD", 1));
    }

    private static EnqueueRecordRequest request(String data) {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(PRIORITY)
                .setRecord(
                        Record.newBuilder()
                                .setDestination(Destination.HEARTBEAT_EVENTS)
                                .setData(ByteString.copyFromUtf8(data)))
                .build();
    }

    private static ConfirmRecordUploadRequest confirmation(Enqueued upTo) {
        return ConfirmRecordUploadRequest.newBuilder()
                .setSequenceInformation(
                        SequenceInformation.newBuilder()
                                .setPriority(upTo.priority())
                                .setGenerationGuid(upTo.generationGuid())
                                .setGenerationId(upTo.generationId())
                                .setSequencingId(upTo.sequencingId()))
                .build();
    }

    private StatusCode codeOf(EnqueueRecordRequest request) throws Exception {
        return failure(reporting().enqueue(request)).code();
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** Stages fail with that exception only. */
    private static ReportingException failure(CompletionStage<?> stage) throws Exception {
        try {
            throw new AssertionError("did not fail: " + await(stage));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(ReportingException.class);
            return (ReportingException) e.getCause();
        }
    }
}
