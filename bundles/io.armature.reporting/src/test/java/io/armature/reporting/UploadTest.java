package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.testing.RecordingUploader;
import io.armature.reporting.testing.SpoolFixture;
import io.armature.reporting.upload.UploadSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadTest {

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() throws Exception {
        spool = new SpoolFixture(root).settings(SpoolFixture.small(64 << 10, 64L << 20)).start();
        SpoolFixture.await(spool.spool().queues());
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void securityAndImmediateAreOfferedAfterEachWriteAndOnlyWhatIsNew() throws Exception {
        spool.connect();
        for (Priority priority : List.of(Priority.SECURITY, Priority.IMMEDIATE)) {
            for (int i = 0; i < 3; i++) {
                spool.store(priority, "x");
                UploadEncryptedRecordRequest request = spool.uploader.next();
                assertThat(ids(request)).containsExactly((long) i);
                awaitTimers(1);
            }
        }
    }

    @Test
    void unconfirmedRecordsAreOfferedAgainEveryThreeSecondsThenSilence() throws Exception {
        spool.connect();
        Enqueued stored = spool.store(Priority.SECURITY, "x");
        for (int i = 0; i < 3; i++) {
            assertThat(ids(spool.uploader.next())).containsExactly(0L);
            awaitTimers(2);
            spool.clock.advance(Duration.ofSeconds(3).minusMillis(1));
            SpoolFixture.await(spool.spool().queues());
            assertThat(spool.uploader.isEmpty()).as("before 3 s").isTrue();
            spool.clock.advance(Duration.ofMillis(1));
        }
        spool.uploader.next();
        awaitTimers(2);
        spool.confirm(stored);
        spool.clock.advance(Duration.ofSeconds(3));
        SpoolFixture.await(spool.spool().queues());
        assertThat(spool.uploader.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"FAST_BATCH,2", "SLOW_BATCH,40", "BACKGROUND_BATCH,120"})
    void periodsAreThoseOfTheSpecification(Priority priority, int seconds) throws Exception {
        Duration period = Duration.ofSeconds(seconds);
        spool.connect();
        spool.store(priority, "x");
        awaitTimers(2);
        spool.clock.advance(period.minusMillis(1));
        SpoolFixture.await(spool.spool().queues());
        assertThat(spool.uploader.isEmpty()).isTrue();
        spool.clock.advance(Duration.ofMillis(1));
        assertThat(ids(spool.uploader.next())).containsExactly(0L);
    }

    @Test
    void aReplyThatComesAfterTheEndGivesTheMemoryBack() throws Exception {
        CompletableFuture<UploadEncryptedRecordResponse> reply = new CompletableFuture<>();
        spool.uploader.reply(request -> reply);
        spool.connect();
        spool.store(Priority.SECURITY, "x");
        spool.uploader.next();
        Spool ended = spool.spool();
        spool.stop();
        reply.complete(RecordingUploader.ok());
        assertThat(ended.memoryBytes()).isZero();
    }

    @Test
    void manualQueuesAreOfferedWhenAsked() throws Exception {
        spool.connect();
        spool.store(Priority.MANUAL_BATCH, "x");
        spool.clock.advance(Duration.ofDays(1));
        assertThat(spool.uploader.isEmpty()).isTrue();
        SpoolFixture.await(spool.spool().flush(Priority.MANUAL_BATCH));
        assertThat(ids(spool.uploader.next())).containsExactly(0L);
        SpoolFixture.await(spool.spool().flush(Priority.MANUAL_BATCH_LACROS));
    }

    @Test
    void aFlushWithoutUploaderSaysSo() throws Exception {
        spool.store(Priority.MANUAL_BATCH, "x");
        assertThat(SpoolFixture.failure(spool.spool().flush(Priority.MANUAL_BATCH)).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
    }

    @Test
    void oneBatchIsOfOneQueueAndAtMostTenMebibytesOrOneRecord() throws Exception {
        int records = 60;
        for (int i = 0; i < records; i++) {
            spool.store(Priority.MANUAL_BATCH, i + "x".repeat(500_000));
        }
        spool.store(Priority.MANUAL_BATCH_LACROS, "other");
        long seen = 0;
        spool.connect();
        boolean other = false;
        while (seen < records || !other) {
            UploadEncryptedRecordRequest request = spool.uploader.next();
            assertThat(request.getSerializedSize()).isLessThanOrEqualTo(10 << 20);
            assertThat(request.getRemainingStorageCapacity()).isLessThan(64L << 20);
            assertThat(
                            request.getEncryptedRecordList().stream()
                                    .map(r -> r.getSequenceInformation().getGenerationGuid())
                                    .distinct())
                    .hasSize(1);
            if (request.getEncryptedRecord(0).getSequenceInformation().getPriority()
                    == Priority.MANUAL_BATCH) {
                assertThat(ids(request).get(0)).isEqualTo(seen);
                seen += request.getEncryptedRecordCount();
            } else {
                other = true;
            }
        }
    }

    @Test
    void aBatchGoesUpToTenMebibytesWhereThereIsMemoryForIt() throws Exception {
        startWith(64L << 20, SpoolSettings.standard().uploads().batchBytes());
        for (int i = 0; i < 24; i++) {
            spool.store(Priority.MANUAL_BATCH, "x".repeat(500_000));
        }
        spool.connect();
        assertThat(spool.uploader.next().getSerializedSize()).isBetween(9_900_000, 10 << 20);
    }

    @Test
    void aBatchSaysWhatSpaceIsFreeAndHowFastRecordsCameInTheLastInterval() throws Exception {
        long bytes = 0;
        for (String data : List.of("x".repeat(70_000), "y".repeat(70_000))) {
            spool.store(Priority.MANUAL_BATCH, data);
            bytes +=
                    SpoolFixture.request(Priority.MANUAL_BATCH, data)
                            .getRecord()
                            .getSerializedSize();
        }
        Duration interval = SpoolSettings.standard().rateInterval();
        spool.clock.advance(interval);
        spool.connect();
        UploadEncryptedRecordRequest request = spool.uploader.next();
        assertThat(ids(request)).containsExactly(0L, 1L);
        assertThat(request.getNewEventsRate()).isEqualTo(bytes / interval.toSeconds());
        long used =
                SpoolFixture.await(spool.spool().queues()).stream()
                        .mapToLong(QueueState::bytes)
                        .sum();
        assertThat(used).isPositive();
        assertThat(request.getRemainingStorageCapacity()).isEqualTo((64L << 20) - used);
    }

    @Test
    void aBatchOfTheFirstIntervalSaysNoRate() throws Exception {
        spool.connect();
        spool.store(Priority.SECURITY, "x");
        assertThat(spool.uploader.next().hasNewEventsRate()).isFalse();
    }

    @Test
    void aRecordLargerThanABatchGoesAlone() throws Exception {
        startWith(4L << 20, 100_000);
        for (int bytes : List.of(40_000, 40_000, 300_000, 40_000)) {
            spool.store(Priority.MANUAL_BATCH, "x".repeat(bytes));
        }
        spool.connect();
        assertThat(ids(spool.uploader.next())).containsExactly(0L, 1L);
        assertThat(ids(spool.uploader.next())).containsExactly(2L);
        assertThat(ids(spool.uploader.next())).containsExactly(3L);
    }

    private void startWith(long memoryPoolBytes, long batchBytes) throws Exception {
        SpoolSettings settings = SpoolFixture.small(64 << 10, 64L << 20);
        UploadSettings uploads = settings.uploads();
        spool.stop()
                .settings(
                        new SpoolSettings(
                                settings.diskPoolBytes(),
                                memoryPoolBytes,
                                settings.waitingBytes(),
                                settings.segmentBytes(),
                                settings.firstSegmentBytes(),
                                settings.lostAndFoundBytes(),
                                settings.jobs(),
                                settings.keyWait(),
                                settings.rateInterval(),
                                settings.idleAfter(),
                                settings.flags(),
                                new UploadSettings(
                                        batchBytes,
                                        uploads.batchGaps(),
                                        uploads.replyWait(),
                                        uploads.cachedWait(),
                                        uploads.keyRetry(),
                                        uploads.keyCheck(),
                                        uploads.keyAge())))
                .start();
    }

    @Test
    void aBacklogOfThirtyMebibytesDrainsThroughAPoolOfFour() throws Exception {
        int records = 64;
        Enqueued stored = null;
        for (int i = 0; i < records; i++) {
            stored = spool.store(Priority.MANUAL_BATCH, "x".repeat(500_000));
        }
        assertThat(state().usedBytes()).isGreaterThan(30L << 20);
        spool.connect();
        long next = 0;
        while (next < records) {
            UploadEncryptedRecordRequest request = spool.uploader.next();
            assertThat(request.getSerializedSize()).isLessThan(4 << 20);
            assertThat(request.getEncryptedRecordList())
                    .allMatch(EncryptedRecord::hasEncryptedWrappedRecord);
            assertThat(ids(request).get(0)).isEqualTo(next);
            next += request.getEncryptedRecordCount();
            spool.confirm(
                    new Enqueued(
                            stored.priority(),
                            stored.generationGuid(),
                            stored.generationId(),
                            next - 1));
        }
        assertThat(state().usedBytes()).isZero();
        assertThat(state().firstUnconfirmedId()).isEqualTo(records);
    }

    @Test
    void cachedIdsAreSkippedReplacedAndCleared() throws Exception {
        for (int i = 0; i < 4; i++) {
            spool.store(Priority.MANUAL_BATCH, "x");
        }
        List<List<Long>> replies =
                new ArrayList<>(List.of(List.of(0L, 2L), List.of(3L), List.of(), List.of()));
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder()
                                        .addAllCachedEventsSeqIds(replies.remove(0))
                                        .build()));
        spool.connect();
        assertThat(ids(spool.uploader.next())).containsExactly(0L, 1L, 2L, 3L);
        awaitTimers(2);
        SpoolFixture.await(spool.spool().flush(Priority.MANUAL_BATCH));
        assertThat(ids(spool.uploader.next())).containsExactly(1L, 3L);
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(spool.spool().flush(Priority.MANUAL_BATCH));
        assertThat(ids(spool.uploader.next())).containsExactly(0L, 1L, 2L);
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(spool.spool().flush(Priority.MANUAL_BATCH));
        assertThat(ids(spool.uploader.next())).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void errorsOfTheUploaderDeleteNothing() throws Exception {
        spool.uploader.reply(
                request -> CompletableFuture.failedFuture(new IllegalStateException("offline")));
        spool.connect();
        spool.store(Priority.IMMEDIATE, "x");
        spool.uploader.next();
        awaitTimers(2);
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                UploadEncryptedRecordResponse.newBuilder()
                                        .setStatus(StatusProto.newBuilder().setCode(14))
                                        .build()));
        spool.clock.advance(Duration.ofSeconds(3));
        assertThat(ids(spool.uploader.next())).containsExactly(0L);
        assertThat(spool.left(Priority.IMMEDIATE)).containsExactly("x");
    }

    @Test
    void aConfirmationDeletesSegmentsThatLieWhollyBelowIt() throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            stored.add(spool.store(Priority.MANUAL_BATCH, i + "x".repeat(20_000)));
        }
        List<Path> segments = spool.segments(stored.get(0));
        assertThat(segments).hasSizeGreaterThan(3);
        String second = segments.get(1).getFileName().toString();
        int firstOfSecond = Integer.parseInt(second.substring(second.lastIndexOf('.') + 1));

        spool.confirm(stored.get(firstOfSecond - 2));
        assertThat(spool.segments(stored.get(0))).isEqualTo(segments);
        spool.confirm(stored.get(firstOfSecond - 1));
        assertThat(spool.segments(stored.get(0))).isEqualTo(segments.subList(1, segments.size()));
        spool.confirm(stored.get(0));
        spool.confirm(stored.get(firstOfSecond - 1));
        assertThat(state().firstUnconfirmedId()).isEqualTo(firstOfSecond);
        spool.confirm(stored.get(11));
        assertThat(spool.segments(stored.get(0)))
                .containsExactly(segments.get(segments.size() - 1));
        assertThat(spool.store(Priority.MANUAL_BATCH, "next").sequencingId()).isEqualTo(12);
    }

    @Test
    void usedBytesAreThoseOfUnconfirmedRecordsAndBytesThoseOfTheFiles() throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            stored.add(spool.store(Priority.MANUAL_BATCH, i + "x".repeat(20_000)));
        }
        assertThat(state().usedBytes()).isBetween(8 * 20_000L, 8 * 20_300L);
        assertThat(state().bytes()).isEqualTo(3 * (64 << 10));
        spool.confirm(stored.get(5));
        assertThat(state().usedBytes()).isBetween(2 * 20_000L, 2 * 20_300L);
        spool.confirm(stored.get(7));
        assertThat(state().usedBytes()).isZero();
        assertThat(state().bytes()).isEqualTo(64 << 10);
    }

    @Test
    void aConfirmationBeyondTheEndConfirmsNoRecordToCome() throws Exception {
        Enqueued stored = spool.store(Priority.MANUAL_BATCH, "x");
        spool.confirm(
                new Enqueued(
                        stored.priority(),
                        stored.generationGuid(),
                        stored.generationId(),
                        Long.MAX_VALUE));
        spool.store(Priority.MANUAL_BATCH, "y");
        assertThat(spool.left(Priority.MANUAL_BATCH)).containsExactly("y");
    }

    @Test
    void aForcedConfirmationOfMinusOneOffersEverythingAgainWithGaps() throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            stored.add(spool.store(Priority.MANUAL_BATCH, i + "x".repeat(20_000)));
        }
        spool.confirm(stored.get(5));
        long available =
                Long.parseLong(
                        spool.segments(stored.get(0))
                                .get(0)
                                .getFileName()
                                .toString()
                                .replaceAll(".*\\.", ""));
        var request = SpoolFixture.confirmation(stored.get(0)).setForceConfirm(true);
        request.setSequenceInformation(
                request.getSequenceInformation().toBuilder().setSequencingId(-1));
        SpoolFixture.await(spool.spool().confirm(request.build()));
        List<EncryptedRecord> offered = spool.offered(Priority.MANUAL_BATCH);
        assertThat(offered).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(offered.get(i).hasEncryptedWrappedRecord()).isEqualTo(i >= available);
        }
    }

    @Test
    void gapsOfOneBatchAreBounded() throws Exception {
        List<CompletionStage<Enqueued>> stored = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            stored.add(spool.enqueue(Priority.MANUAL_BATCH, "x".repeat(100)));
        }
        List<Path> segments = spool.segments(SpoolFixture.await(stored.get(2499)));
        spool.stop();
        for (Path segment : segments.subList(0, segments.size() - 1)) {
            Files.write(segment, new byte[64 << 10]);
        }
        spool.start().connect();
        long seen = 0;
        while (seen < 2500) {
            UploadEncryptedRecordRequest request = spool.uploader.next();
            assertThat(
                            request.getEncryptedRecordList().stream()
                                    .filter(record -> !record.hasEncryptedWrappedRecord()))
                    .hasSizeLessThanOrEqualTo(1000);
            assertThat(ids(request).get(0)).isEqualTo(seen);
            seen += request.getEncryptedRecordCount();
        }
    }

    @Test
    void theServerCanSwitchReportingOffUntilTheNextStart() throws Exception {
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                RecordingUploader.ok().toBuilder().setDisable(true).build()));
        spool.connect();
        Enqueued stored = spool.store(Priority.IMMEDIATE, "x");
        spool.uploader.next();
        awaitTimers(2);
        String disabled = "FAILED_PRECONDITION:Reporting is disabled";
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.IMMEDIATE, "y")))
                .hasToString(disabled);
        assertThat(SpoolFixture.failure(spool.spool().flush(Priority.IMMEDIATE)))
                .hasToString(disabled);
        assertThat(
                        SpoolFixture.failure(
                                spool.spool().confirm(SpoolFixture.confirmation(stored).build())))
                .hasToString(disabled);
        assertThat(
                        SpoolFixture.failure(
                                spool.spool().updateKey(SignedEncryptionInfo.getDefaultInstance())))
                .hasToString(disabled);
        assertThat(
                        SpoolFixture.failure(
                                spool.spool()
                                        .updateConfiguration(
                                                ListOfBlockedDestinations.getDefaultInstance())))
                .hasToString(disabled);
        spool.update();
        // Known once the spool is open, which a flush waits for.
        assertThat(SpoolFixture.failure(spool.spool().flush(Priority.IMMEDIATE)))
                .hasToString(disabled);
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.IMMEDIATE, "y")))
                .as("an update of the bundle is no start")
                .hasToString(disabled);
        spool.restart();
        spool.store(Priority.IMMEDIATE, "z");
    }

    /**
     * The batches of one queue hold all that batches may have, and nobody ever answers for them.
     */
    @Test
    void aQueueWhoseUploaderNeverAnswersBlocksNobodyElse() throws Exception {
        startWithOneJob();
        for (int i = 0; i < 6; i++) {
            spool.store(Priority.MANUAL_BATCH, i + "x".repeat(500_000));
        }
        List<CompletableFuture<UploadEncryptedRecordResponse>> silent = new ArrayList<>();
        spool.uploader.reply(
                request -> {
                    if (request.getEncryptedRecord(0).getSequenceInformation().getPriority()
                            != Priority.MANUAL_BATCH) {
                        return CompletableFuture.completedFuture(RecordingUploader.ok());
                    }
                    silent.add(new CompletableFuture<>());
                    return silent.get(silent.size() - 1);
                });
        spool.connect();
        List<Long> stuck = ids(spool.uploader.next());
        assertThat(stuck).containsExactly(0L, 1L, 2L, 3L);
        long held = spool.spool().memoryBytes();

        for (Priority other : List.of(Priority.SECURITY, Priority.IMMEDIATE)) {
            Enqueued stored = spool.store(other, "x".repeat(100_000));
            assertThat(ids(spool.uploader.next())).as("%s", other).containsExactly(0L);
            spool.confirm(stored);
        }
        Enqueued manual = spool.store(Priority.MANUAL_BATCH_LACROS, "x".repeat(100_000));
        SpoolFixture.await(spool.spool().flush(Priority.MANUAL_BATCH_LACROS));
        assertThat(ids(spool.uploader.next())).containsExactly(0L);
        spool.confirm(manual);
        spool.store(Priority.MANUAL_BATCH, "the stuck queue, too");
        jobsDone();
        awaitMemory(held);

        spool.clock.advance(SpoolSettings.standard().uploads().replyWait());
        jobsDone();
        awaitMemory(0);
        spool.clock.advance(Duration.ofSeconds(3));
        assertThat(ids(spool.uploader.next())).isEqualTo(stuck);
        silent.get(0).complete(RecordingUploader.ok());
        jobsDone();
        awaitMemory(held);
        assertThat(spool.uploader.isEmpty()).isTrue();
        silent.get(1).complete(RecordingUploader.ok());
        assertThat(ids(spool.uploader.next())).containsExactly(4L, 5L, 6L);
    }

    /** A write is answered before its memory is given back. */
    private void awaitMemory(long bytes) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (spool.spool().memoryBytes() != bytes && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(spool.spool().memoryBytes()).isEqualTo(bytes);
    }

    private void startWithOneJob() throws Exception {
        spool.stop().settings(new GivenSettings(Map.of("jobs", 1)).spool()).start();
        SpoolFixture.await(spool.spool().queues());
    }

    /** What was due is done, and what that handed over: jobs have one thread. */
    private void jobsDone() throws Exception {
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(spool.spool().queues());
    }

    /** Sections 7.3 and 7.5: any reply with a status counts, whatever became of its batch. */
    @Test
    void whatTheServerSaysCountsInALateReplyToo() throws Exception {
        List<CompletableFuture<UploadEncryptedRecordResponse>> replies = new ArrayList<>();
        spool.uploader.reply(
                request -> {
                    replies.add(new CompletableFuture<>());
                    return replies.get(replies.size() - 1);
                });
        spool.connect();
        spool.store(Priority.IMMEDIATE, "x");
        spool.uploader.next();
        awaitTimers(2);
        spool.clock.advance(SpoolSettings.standard().uploads().replyWait());
        awaitTimers(2);
        awaitMemory(0);
        assertThat(replies).hasSize(1);
        replies.get(0)
                .complete(
                        RecordingUploader.ok().toBuilder()
                                .setDisable(true)
                                .setHealthDataLoggingEnabled(true)
                                .build());
        assertThat(spool.spool().healthRecorded()).isTrue();
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.IMMEDIATE, "y")))
                .hasToString("FAILED_PRECONDITION:Reporting is disabled");
        awaitMemory(0);
    }

    @Test
    void whatIsLeftGoesOutWhenAnUploaderAppears() throws Exception {
        spool.store(Priority.BACKGROUND_BATCH, "x");
        spool.connect();
        assertThat(ids(spool.uploader.next())).containsExactly(0L);
    }

    private QueueState state() throws Exception {
        return SpoolFixture.await(spool.spool().queues()).get(0);
    }

    /** Waits until a pass has ended, which shows in its timers. */
    private void awaitTimers(int count) {
        spool.clock.awaitPending(count);
    }

    private static List<Long> ids(UploadEncryptedRecordRequest request) {
        return request.getEncryptedRecordList().stream()
                .map(record -> record.getSequenceInformation().getSequencingId())
                .toList();
    }
}
