package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in memory only outlives an update of the bundle, and no start of the device. */
class HandoverTest {

    private static final Priority PRIORITY = Priority.MANUAL_BATCH;

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() {
        spool =
                new SpoolFixture(root)
                        .settings(
                                new GivenSettings(
                                                Map.of(
                                                        "jobs",
                                                        1,
                                                        "blocking_destinations_enabled",
                                                        true))
                                        .spool())
                        .start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void aTokenKeepsItsQueueThroughUpdatesAndGetsANewOneAtAStart() throws Exception {
        Enqueued first = spool.store(PRIORITY, "a");
        for (int i = 1; i < 4; i++) {
            spool.update();
            Enqueued next = spool.store(PRIORITY, "b");
            assertThat(next.generationGuid()).isEqualTo(first.generationGuid());
            assertThat(next.sequencingId()).isEqualTo(i);
        }
        spool.restart();
        assertThat(spool.store(PRIORITY, "c").generationGuid())
                .isNotEqualTo(first.generationGuid());
    }

    @Test
    void theListOfBlockedDestinationsStaysThroughUpdatesAndGoesAtAStart() throws Exception {
        SpoolFixture.await(
                spool.spool()
                        .updateConfiguration(
                                ListOfBlockedDestinations.newBuilder()
                                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                                        .build()));
        spool.update();
        SpoolFixture.await(spool.spool().queues());
        assertThat(SpoolFixture.failure(spool.enqueue(PRIORITY, "x")).code())
                .isEqualTo(StatusCode.CANCELLED);
        spool.restart();
        assertThat(spool.store(PRIORITY, "x").sequencingId()).isZero();
    }

    @Test
    void aStartThatFailsOnceForgetsNothingOfIt() throws Exception {
        SpoolFixture.await(
                spool.spool()
                        .updateConfiguration(
                                ListOfBlockedDestinations.newBuilder()
                                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                                        .build()));
        spool.stop();
        AtomicBoolean broken = new AtomicBoolean(true);
        spool.storage(
                real ->
                        new ForwardingStorage(real) {
                            @Override
                            public List<Entry> list(String directory) throws IOException {
                                if (!exists("handover") && broken.getAndSet(false)) {
                                    throw new IOException("for the test");
                                }
                                return super.list(directory);
                            }
                        });
        int timers = spool.clock.pending();
        spool.start();
        spool.clock.awaitPending(timers + 1);
        spool.clock.advance(Duration.ofSeconds(1));
        SpoolFixture.await(spool.spool().queues());
        assertThat(broken).isFalse();
        assertThat(SpoolFixture.failure(spool.enqueue(PRIORITY, "x")).code())
                .isEqualTo(StatusCode.CANCELLED);
    }

    @Test
    void idsThatTheUploaderHoldsAreNotOfferedAfterAnUpdateAndAreAtAStart() throws Exception {
        for (int i = 0; i < 6; i++) {
            spool.store(PRIORITY, "record " + i);
        }
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder()
                                        .addAllCachedEventsSeqIds(List.of(0L, 1L, 2L, 4L))
                                        .build()));
        spool.connect();
        assertThat(ids(spool.uploader.next())).hasSize(6);
        awaitReply();
        spool.update().connect();
        assertThat(ids(spool.uploader.next())).containsExactly(3L, 5L);
        awaitReply();
        spool.stop();
        spool.clock.advance(Duration.ofSeconds(10));
        spool.start().connect();
        assertThat(ids(spool.uploader.next())).as("after cached_wait_ms").hasSize(6);
        awaitReply();
        spool.restart().connect();
        assertThat(ids(spool.uploader.next())).hasSize(6);
    }

    @Test
    void aHandoverThatIsDamagedIsNotUsedAndTheStartSucceeds() throws Exception {
        Enqueued stored = spool.store(PRIORITY, "a");
        spool.stop();
        Path file = root.resolve("handover");
        String good = Files.readString(file);
        assertThat(good).contains("queue MANUAL_BATCH " + stored.generationGuid());
        for (String bad : List.of("x", "5 x", "5 3-1", "5 0-99999999999", "5 -1-3")) {
            Files.writeString(file, good.replaceAll("(?m)^(queue \\S+ \\S+ \\S+).*", "$1 " + bad));
            spool.start();
            assertThat(spool.store(PRIORITY, "b").generationGuid())
                    .as(bad)
                    .isNotEqualTo(stored.generationGuid());
            spool.stop();
        }
    }

    /** There is one thread for jobs: the pass has handed the reply over when the first is done. */
    private void awaitReply() throws Exception {
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(spool.spool().queues());
    }

    private static List<Long> ids(UploadEncryptedRecordRequest request) {
        return request.getEncryptedRecordList().stream()
                .map(EncryptedRecord::getSequenceInformation)
                .map(sequence -> sequence.getSequencingId())
                .toList();
    }
}
