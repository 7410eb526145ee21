package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordCall;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.HealthDataHistory.RecordCase;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.UploadEncryptedRecordCall;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of calls (section 7.10 of the specification). */
class HealthTest {

    private static final Priority PRIORITY = Priority.MANUAL_BATCH;
    private static final Duration WRITTEN = Duration.ofSeconds(1);

    @TempDir Path root;
    private SpoolFixture spool;
    private final AtomicReference<InterceptedStorage.Interceptor> disk =
            new AtomicReference<>((point, path) -> {});

    @BeforeEach
    void start() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(
                                SpoolSettings.standard().with(new SpoolFlags(Set.of(), true, true)))
                        .intercepted(disk)
                        .start();
        SpoolFixture.await(spool.spool().queues());
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void nothingIsRecordedGivenOrWrittenUntilSomebodyAsks() throws Exception {
        Enqueued stored = spool.store(PRIORITY, "x");
        spool.connect();
        UploadEncryptedRecordRequest request = spool.uploader.next();
        assertThat(request.hasHealthData()).isFalse();
        spool.confirm(stored);
        assertThat(health()).isEmpty();
        spool.stop();
        assertThat(root.resolve("Health")).doesNotExist();
        spool.start().spool().recordHealth(true);
        SpoolFixture.await(spool.spool().queues());
        assertThat(health()).isEmpty();
    }

    @Test
    void everyCallAndActionIsAnEntryWhenItEnds() throws Exception {
        spool.spool().recordHealth(true);
        Enqueued stored = spool.store(PRIORITY, "x");
        SpoolFixture.failure(
                spool.spool()
                        .enqueue(
                                SpoolFixture.request(PRIORITY, "x").toBuilder()
                                        .clearRecord()
                                        .build()));
        SpoolFixture.failure(spool.spool().flush(PRIORITY));
        spool.confirm(stored);
        SpoolFixture.failure(
                spool.spool().confirm(ConfirmRecordUploadRequest.getDefaultInstance()));
        SpoolFixture.await(
                spool.spool()
                        .updateConfiguration(
                                ListOfBlockedDestinations.newBuilder()
                                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                                        .build()));
        SpoolFixture.failure(spool.enqueue(PRIORITY, "blocked"));

        List<HealthDataHistory> all = health();
        assertThat(all)
                .extracting(HealthDataHistory::getRecordCase)
                .containsExactly(
                        RecordCase.STORAGE_QUEUE_ACTION,
                        RecordCase.ENQUEUE_RECORD_CALL,
                        RecordCase.ENQUEUE_RECORD_CALL,
                        RecordCase.FLUSH_PRIORITY_CALL,
                        RecordCase.STORAGE_QUEUE_ACTION,
                        RecordCase.CONFIRM_RECORD_UPLOAD_CALL,
                        RecordCase.CONFIRM_RECORD_UPLOAD_CALL,
                        RecordCase.BLOCKED_DESTINATIONS_UPDATED_CALL,
                        RecordCase.BLOCKED_RECORD_CALL,
                        RecordCase.ENQUEUE_RECORD_CALL);
        assertThat(all)
                .allMatch(
                        entry ->
                                entry.getTimestampSeconds() == spool.clock.wall().getEpochSecond());
        EnqueueRecordCall good = all.get(1).getEnqueueRecordCall();
        assertThat(good.getDestination()).isEqualTo(Destination.HEARTBEAT_EVENTS);
        assertThat(good.hasStatus()).isFalse();
        assertThat(all.get(2).getEnqueueRecordCall().getStatus().getCode()).isEqualTo(3);
        assertThat(all.get(3).getFlushPriorityCall().getStatus().getErrorMessage())
                .startsWith("No uploader");
        assertThat(all.get(4).getStorageQueueAction().getStorageDequeue().getRecordsCount())
                .isEqualTo(1);
        assertThat(all.get(5).getConfirmRecordUploadCall().hasStatus()).isFalse();
        assertThat(all.get(9).getEnqueueRecordCall().getStatus().getCode()).isEqualTo(1);
    }

    @Test
    void requestsSwitchItAndAbsenceChangesNothing() throws Exception {
        var request = SpoolFixture.request(PRIORITY, "x");
        Enqueued first =
                SpoolFixture.await(
                        spool.spool()
                                .enqueue(
                                        request.toBuilder()
                                                .setHealthDataLoggingEnabled(true)
                                                .build()));
        spool.store(PRIORITY, "y");
        assertThat(health()).hasSize(4);
        var confirmation =
                SpoolFixture.confirmation(first).setHealthDataLoggingEnabled(false).build();
        SpoolFixture.await(spool.spool().confirm(confirmation));
        assertThat(health()).isEmpty();
        spool.spool().recordHealth(true);
        assertThat(health()).as("the confirmation was not recorded").hasSize(4);
    }

    @Test
    void theUploadersReplySwitchesItAndTheNextUploadCarriesIt() throws Exception {
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder()
                                        .setHealthDataLoggingEnabled(true)
                                        .build()));
        spool.connect();
        Enqueued stored = spool.store(Priority.IMMEDIATE, "x");
        assertThat(spool.uploader.next().hasHealthData()).isFalse();
        spool.clock.awaitPending(2); // the look for idle queues, and the retry: the reply is heeded
        assertThat(enabled()).isTrue();
        spool.confirm(stored);
        spool.store(Priority.IMMEDIATE, "y");
        assertThat(spool.uploader.next().getHealthData().getHistoryList())
                .extracting(HealthDataHistory::getRecordCase)
                .startsWith(RecordCase.STORAGE_QUEUE_ACTION, RecordCase.CONFIRM_RECORD_UPLOAD_CALL);
        spool.store(Priority.IMMEDIATE, "z");
        UploadEncryptedRecordCall upload =
                spool.uploader.next().getHealthData().getHistoryList().stream()
                        .filter(HealthDataHistory::hasUploadEncryptedRecordCall)
                        .findFirst()
                        .orElseThrow()
                        .getUploadEncryptedRecordCall();
        assertThat(upload.getUploadReason()).isEqualTo("IMMEDIATE_FLUSH");
        assertThat(upload.getPriority()).isEqualTo(Priority.IMMEDIATE);
        assertThat(upload.getItems(0).getRecord().getSequencingId()).isEqualTo(1);
        assertThat(upload.hasStatus()).isFalse();
    }

    private boolean enabled() {
        return spool.spool().healthRecorded();
    }

    @Test
    void itKeepsToItsLimitInMemoryAndOnDiskAndTheOldestGo() throws Exception {
        spool.spool().recordHealth(true);
        int calls = 3_000;
        for (int i = 0; i < calls; i++) {
            spool.spool().flush(Priority.UNDEFINED_PRIORITY);
            if (i % 500 == 0) {
                spool.clock.advance(WRITTEN);
                SpoolFixture.await(spool.spool().queues());
            }
        }
        Enqueued last = spool.store(PRIORITY, "last");
        List<HealthDataHistory> all = health();
        long bytes = all.stream().mapToLong(HealthDataHistory::getSerializedSize).sum();
        assertThat(bytes).isBetween(99L << 10, (long) HealthHistory.LIMIT_BYTES);
        assertThat(all.get(all.size() - 2).getStorageQueueAction().getStorageEnqueue())
                .matches(stored -> stored.getSequencingId() == last.sequencingId());
        spool.stop();
        List<Path> files = files();
        assertThat(files).hasSizeBetween(9, 10);
        for (Path file : files) {
            assertThat(Files.size(file)).isLessThanOrEqualTo(10 << 10);
            assertThat(Files.readString(file)).matches("([0-9A-F]+\n)+");
        }
    }

    @Test
    void itOutlivesARestartOnDiskAndAnUpdateWithItsSwitch() throws Exception {
        spool.spool().recordHealth(true);
        spool.store(PRIORITY, "a");
        spool.update();
        SpoolFixture.await(spool.spool().queues());
        spool.store(PRIORITY, "b");
        assertThat(health()).hasSize(4);
        spool.restart();
        SpoolFixture.await(spool.spool().queues());
        assertThat(health()).as("off at a start").isEmpty();
        spool.spool().recordHealth(true);
        spool.store(PRIORITY, "c");
        assertThat(health())
                .extracting(HealthDataHistory::getRecordCase)
                .containsExactly(
                        RecordCase.STORAGE_QUEUE_ACTION,
                        RecordCase.ENQUEUE_RECORD_CALL,
                        RecordCase.STORAGE_QUEUE_ACTION,
                        RecordCase.ENQUEUE_RECORD_CALL,
                        RecordCase.STORAGE_QUEUE_ACTION,
                        RecordCase.ENQUEUE_RECORD_CALL);
    }

    @Test
    void whatIsNoEntryIsPassedOverAndALineCutOffHarmsNoLater() throws Exception {
        spool.spool().recordHealth(true);
        spool.store(PRIORITY, "a");
        spool.stop();
        Path file = files().get(0);
        Files.writeString(file, "no hex\n\nFFFF\n" + Files.readString(file) + "0AFF");
        Files.writeString(root.resolve("Health/health_info_x"), "foreign");
        Files.createDirectory(root.resolve("Health/health_info_7"));
        spool.restart();
        spool.spool().recordHealth(true);
        spool.store(PRIORITY, "b");
        assertThat(health()).hasSize(4);
        spool.restart();
        spool.spool().recordHealth(true);
        assertThat(health()).hasSize(4);
        assertThat(files()).hasSize(2);
    }

    @Test
    void aDiskThatFailsHarmsNoCall() throws Exception {
        disk.set(
                (point, path) -> {
                    if (path.startsWith("Health")) {
                        throw new IOException("disk on fire");
                    }
                });
        spool.spool().recordHealth(true);
        spool.store(PRIORITY, "a");
        spool.clock.advance(WRITTEN);
        spool.store(PRIORITY, "b");
        assertThat(health()).hasSize(4);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("Health"))) {
            return files.filter(file -> file.toString().matches(".*/health_info_[0-9]+"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private List<HealthDataHistory> health() throws Exception {
        ERPHealthData data = SpoolFixture.await(spool.spool().health());
        return data.getHistoryList();
    }
}
