package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() {
        spool = new SpoolFixture(root).start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void missingFieldsAreInvalidAndTheSpoolGoesOn() throws Exception {
        EnqueueRecordRequest good = SpoolFixture.request(Priority.FAST_BATCH, "x");
        check(good.toBuilder().clearRecord().build(), "INVALID_ARGUMENT:Request had no Record");
        check(good.toBuilder().clearPriority().build(), "INVALID_ARGUMENT:Request had no Priority");
        check(
                good.toBuilder().setPriority(Priority.UNDEFINED_PRIORITY).build(),
                "INVALID_ARGUMENT:Priority must be defined");
        assertThat(spool.store(Priority.FAST_BATCH, "x").sequencingId()).isEqualTo(0);
    }

    @Test
    void aRecordWithoutDestinationIsRefusedAndOneWithoutDataIsNot() throws Exception {
        String malformed = "FAILED_PRECONDITION:Malformed record: missing destination";
        check(request(Record.newBuilder().setData(ByteString.copyFromUtf8("x"))), malformed);
        check(
                request(Record.newBuilder().setDestination(Destination.UNDEFINED_DESTINATION)),
                malformed);
        assertThat(
                        SpoolFixture.await(
                                        spool.spool()
                                                .enqueue(
                                                        request(
                                                                Record.newBuilder()
                                                                        .setDestination(
                                                                                Destination
                                                                                        .OS_EVENTS))))
                                .sequencingId())
                .isEqualTo(0);
    }

    @Test
    void aRecordOverOneMebibyteIsRefusedAndUsesNoId() throws Exception {
        assertThat(SpoolFixture.failure(enqueue(new byte[(1 << 20) + 1])).code())
                .isEqualTo(StatusCode.OUT_OF_RANGE);
        assertThat(SpoolFixture.failure(enqueue(new byte[8 << 20])).code())
                .isEqualTo(StatusCode.OUT_OF_RANGE);
        byte[] largest = new byte[(1 << 20) - 200];
        new Random(1).nextBytes(largest);
        assertThat(SpoolFixture.await(enqueue(largest)).sequencingId()).isEqualTo(0);
        assertThat(spool.left(Priority.FAST_BATCH)).hasSize(1);
    }

    private java.util.concurrent.CompletionStage<io.armature.reporting.api.Enqueued> enqueue(
            byte[] data) {
        return spool.spool()
                .enqueue(
                        request(
                                Record.newBuilder()
                                        .setDestination(Destination.OS_EVENTS)
                                        .setData(ByteString.copyFrom(data))));
    }

    @Test
    void spaceThatARecordWantsKeptFreeMustBeThere() throws Exception {
        Record.Builder record = Record.newBuilder().setDestination(Destination.OS_EVENTS);
        assertThat(
                        SpoolFixture.failure(
                                        spool.spool()
                                                .enqueue(
                                                        request(
                                                                record.setReservedSpace(
                                                                        64L << 20))))
                                .code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        SpoolFixture.await(spool.spool().enqueue(request(record.setReservedSpace(60L << 20))));
        var stored = spool.offered(Priority.FAST_BATCH).get(0);
        assertThat(SpoolFixture.wrapped(stored).getRecord().hasReservedSpace()).isFalse();
    }

    @Test
    void blockedDestinationsCountOnlyWhereTheyAreSwitchedOn() throws Exception {
        ListOfBlockedDestinations list =
                ListOfBlockedDestinations.newBuilder()
                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                        .build();
        SpoolFixture.await(spool.spool().updateConfiguration(list));
        spool.store(Priority.FAST_BATCH, "goes through");
        spool.stop()
                .settings(SpoolSettings.standard().with(new SpoolFlags(Set.of(), true, true)))
                .start();
        SpoolFixture.await(spool.spool().updateConfiguration(list));
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.FAST_BATCH, "x")))
                .hasToString("CANCELLED:Record blocked by destination.");
    }

    @Test
    void aConfirmationNeedsAKnownQueueOfTheSameGeneration() throws Exception {
        var stored = spool.store(Priority.FAST_BATCH, "x");
        assertThat(
                        SpoolFixture.failure(
                                spool.spool()
                                        .confirm(ConfirmRecordUploadRequest.getDefaultInstance())))
                .hasToString("INVALID_ARGUMENT:Request had no SequenceInformation");
        ConfirmRecordUploadRequest.Builder request = SpoolFixture.confirmation(stored);
        var sequence = request.getSequenceInformation();
        assertThat(
                        SpoolFixture.failure(
                                        spool.spool()
                                                .confirm(
                                                        request.setSequenceInformation(
                                                                        sequence.toBuilder()
                                                                                .setGenerationGuid(
                                                                                        "nonsense"))
                                                                .build()))
                                .code())
                .isEqualTo(StatusCode.NOT_FOUND);
        ReportingException mismatch =
                SpoolFixture.failure(
                        spool.spool()
                                .confirm(
                                        request.setSequenceInformation(
                                                        sequence.toBuilder().setGenerationId(1))
                                                .build()));
        assertThat(mismatch.code()).isEqualTo(StatusCode.FAILED_PRECONDITION);
        assertThat(mismatch.getMessage()).startsWith("Generation mismatch - ");
        assertThat(spool.left(Priority.FAST_BATCH)).containsExactly("x");
    }

    @Test
    void afterItsEndTheSpoolRefusesClearly() throws Exception {
        Spool stopped = spool.spool();
        spool.stop();
        assertThat(
                        SpoolFixture.failure(
                                        stopped.enqueue(
                                                SpoolFixture.request(Priority.FAST_BATCH, "x")))
                                .code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(SpoolFixture.failure(stopped.queues()).code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(SpoolFixture.failure(stopped.flush(Priority.FAST_BATCH)).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
    }

    private void check(EnqueueRecordRequest request, String expected) throws Exception {
        assertThat(SpoolFixture.failure(spool.spool().enqueue(request))).hasToString(expected);
    }

    private static EnqueueRecordRequest request(Record.Builder record) {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(Priority.FAST_BATCH)
                .setRecord(record)
                .build();
    }
}
