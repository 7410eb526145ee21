package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The original's metrics (section 9 of the specification). */
class MetricsTest {

    private static final Priority PRIORITY = Priority.MANUAL_BATCH;

    @TempDir Path root;
    private SpoolFixture spool;
    private final AtomicReference<InterceptedStorage.Interceptor> disk =
            new AtomicReference<>((point, path) -> {});

    @BeforeEach
    void start() {
        spool =
                new SpoolFixture(root)
                        .settings(
                                SpoolSettings.standard().with(new SpoolFlags(Set.of(), true, true)))
                        .intercepted(disk)
                        .start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void startsKeysAndRefusalsAreCountedByCause() throws Exception {
        spool.store(PRIORITY, "x");
        SpoolFixture.failure(spool.spool().updateKey(SignedEncryptionInfo.getDefaultInstance()));
        SpoolFixture.await(
                spool.spool()
                        .updateKey(
                                SignedEncryptionInfo.newBuilder()
                                        .setSignature(
                                                com.google.protobuf.ByteString.copyFromUtf8("good"))
                                        .build()));
        SpoolFixture.await(
                spool.spool()
                        .updateConfiguration(
                                ListOfBlockedDestinations.newBuilder()
                                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                                        .build()));
        for (int i = 0; i < 3; i++) {
            SpoolFixture.failure(spool.enqueue(PRIORITY, "blocked"));
        }
        assertThat(counted())
                .containsExactly(
                        new Metric(
                                "Platform.Missive.ConfigFileRecordBlocked", "HEARTBEAT_EVENTS", 3),
                        new Metric("Platform.Missive.KeyDeliveryResult", "INVALID_ARGUMENT", 1),
                        new Metric("Platform.Missive.KeyDeliveryResult", "OK", 1),
                        new Metric("Platform.Missive.RefusedCalls", "EnqueueRecord.CANCELLED", 3),
                        new Metric(
                                "Platform.Missive.RefusedCalls",
                                "UpdateEncryptionKey.INVALID_ARGUMENT",
                                1),
                        new Metric("Platform.Missive.StartStatus", "OK", 1));
    }

    @Test
    void everyRefusalIsCountedByMethodAndCode() throws Exception {
        EnqueueRecordRequest good = SpoolFixture.request(PRIORITY, "x");
        for (EnqueueRecordRequest bad :
                List.of(
                        EnqueueRecordRequest.getDefaultInstance(),
                        good.toBuilder().clearPriority().build(),
                        good.toBuilder().setPriority(Priority.UNDEFINED_PRIORITY).build(),
                        good.toBuilder().setRecord(Record.getDefaultInstance()).build(),
                        SpoolFixture.request(PRIORITY, "x".repeat(4 << 20)))) {
            SpoolFixture.failure(spool.spool().enqueue(bad));
        }
        Enqueued stored = spool.store(PRIORITY, "x");
        SpoolFixture.failure(spool.spool().flush(Priority.UNDEFINED_PRIORITY));
        SpoolFixture.failure(spool.spool().flush(PRIORITY));
        ConfirmRecordUploadRequest.Builder honest = SpoolFixture.confirmation(stored);
        var sequence = honest.getSequenceInformation();
        for (ConfirmRecordUploadRequest bad :
                List.of(
                        ConfirmRecordUploadRequest.getDefaultInstance(),
                        honest.setSequenceInformation(
                                        sequence.toBuilder().setPriority(Priority.SECURITY))
                                .build(),
                        honest.setSequenceInformation(sequence.toBuilder().setGenerationId(1))
                                .build())) {
            SpoolFixture.failure(spool.spool().confirm(bad));
        }
        disable();
        SpoolFixture.failure(
                spool.spool().updateConfiguration(ListOfBlockedDestinations.getDefaultInstance()));
        assertThat(counted().stream().filter(each -> each.name().endsWith("RefusedCalls")))
                .extracting(each -> each.sample() + " " + each.value())
                .containsExactly(
                        "ConfirmRecordUpload.FAILED_PRECONDITION 1",
                        "ConfirmRecordUpload.INVALID_ARGUMENT 1",
                        "ConfirmRecordUpload.NOT_FOUND 1",
                        "EnqueueRecord.FAILED_PRECONDITION 1",
                        "EnqueueRecord.INVALID_ARGUMENT 3",
                        "EnqueueRecord.OUT_OF_RANGE 1",
                        "FlushPriority.INVALID_ARGUMENT 1",
                        "FlushPriority.UNAVAILABLE 1",
                        "UpdateConfigInMissive.FAILED_PRECONDITION 1");
        assertThat(counted())
                .contains(new Metric("Platform.Missive.UnavailableErrorReason", "NO_UPLOADER", 1));
    }

    /** As the server does it; that is heeded before the reply counts. */
    private void disable() throws Exception {
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder().setDisable(true).build()));
        int timers = spool.clock.pending();
        spool.connect();
        spool.uploader.next();
        spool.clock.awaitPending(timers + 1);
    }

    @Test
    void whatBecameOfAnOldRootIsCountedOnceAStart() throws Exception {
        spool.stop().migrated("NOT_COPIED").start();
        spool.restart();
        assertThat(counted())
                .contains(new Metric("Platform.Missive.MigrationStatus", "NOT_COPIED", 1));
    }

    @Test
    void whatIsExhaustedAndUnavailableIsCountedByCase() throws Exception {
        var record = SpoolFixture.request(PRIORITY, "x");
        SpoolFixture.failure(
                spool.spool()
                        .enqueue(
                                record.toBuilder()
                                        .setRecord(
                                                record.getRecord().toBuilder()
                                                        .setReservedSpace(1L << 40))
                                        .build()));
        disk.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        throw new IOException("disk on fire");
                    }
                });
        SpoolFixture.failure(spool.enqueue(PRIORITY, "y"));
        SpoolFixture.failure(spool.enqueue(PRIORITY, "z"));
        disk.set((point, path) -> {});
        assertThat(counted())
                .contains(
                        new Metric(
                                "Platform.Missive.ResourceExhaustedCase",
                                "RESERVED_SPACE_NOT_OBSERVED",
                                1),
                        new Metric(
                                "Platform.Missive.UnavailableErrorReason", "QUEUE_NOT_USABLE", 2));
    }

    @Test
    void whatIsShedAndQueuesThatGoAreCounted() throws Exception {
        spool.stop().settings(SpoolFixture.small(64 << 10, 256 << 10)).start();
        for (int i = 0; i < 10; i++) {
            spool.store(Priority.BACKGROUND_BATCH, "x".repeat(50_000));
        }
        long shed =
                counted().stream()
                        .filter(each -> each.name().endsWith("StorageDegradationAmount"))
                        .filter(each -> each.sample().equals("BACKGROUND_BATCH.KiB"))
                        .mapToLong(Metric::value)
                        .sum();
        assertThat(shed).isBetween(6 * 64L, 7 * 64L);
        spool.restart();
        Enqueued last = spool.store(Priority.BACKGROUND_BATCH, "y");
        spool.offered(Priority.BACKGROUND_BATCH).stream()
                .map(record -> record.getSequenceInformation())
                .filter(of -> !of.getGenerationGuid().equals(last.generationGuid()))
                .map(
                        of ->
                                new Enqueued(
                                        of.getPriority(),
                                        of.getGenerationGuid(),
                                        of.getGenerationId(),
                                        9))
                .findFirst()
                .ifPresentOrElse(this::confirm, () -> fail("nothing was left"));
        assertThat(counted())
                .contains(
                        new Metric(
                                "Platform.Missive.DeleteEmptyMultigenerationQueueDirectories",
                                "true",
                                1));
    }

    private void confirm(Enqueued upTo) {
        spool.spool().confirm(SpoolFixture.confirmation(upTo).build()).toCompletableFuture().join();
    }

    @Test
    void countsGoOnThroughAnUpdateAndStartAnewWithTheProcess() throws Exception {
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(
                spool.spool().count(Observation.CLIENT_ENQUEUE_RESULT, StatusCode.OK, 7));
        spool.update();
        assertThat(counted())
                .containsExactly(
                        new Metric("Platform.Missive.ClientEnqueueResult", "OK", 7),
                        new Metric("Platform.Missive.StartStatus", "OK", 2));
        spool.restart();
        assertThat(counted()).containsExactly(new Metric("Platform.Missive.StartStatus", "OK", 1));
    }

    @Test
    void whatIsTakenIsThatOfTheMomentAndStalledAfterADayWithoutConfirmation() throws Exception {
        Enqueued stored = spool.store(PRIORITY, "x");
        assertThat(all())
                .contains(new Metric("Platform.Missive.StorageUsage", "MiB", 1))
                .extracting(Metric::name)
                .contains("Platform.Missive.MemoryUsage")
                .doesNotContain("Platform.Missive.StorageUsageNonUploading");
        spool.clock.advance(Duration.ofDays(1));
        assertThat(all())
                .contains(new Metric("Platform.Missive.StorageUsageNonUploading", "MiB", 1));
        spool.confirm(stored);
        assertThat(all())
                .extracting(Metric::name)
                .doesNotContain("Platform.Missive.StorageUsageNonUploading");
    }

    private List<Metric> counted() throws Exception {
        return all().stream().filter(each -> !each.name().endsWith("Usage")).toList();
    }

    private List<Metric> all() throws Exception {
        return SpoolFixture.await(spool.spool().metrics());
    }
}
