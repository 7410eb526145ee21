package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.PlainSealing;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingTest {

    private static final Priority PRIORITY = Priority.FAST_BATCH;
    private static final SignedEncryptionInfo GOOD =
            SignedEncryptionInfo.newBuilder()
                    .setSignature(com.google.protobuf.ByteString.copyFromUtf8("good"))
                    .build();

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void prepare() {
        spool = new SpoolFixture(root);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void callsThatComeWhileTheSpoolOpensWaitForIt() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        spool.storage(
                        real -> {
                            await(goOn);
                            return real;
                        })
                .start();
        CompletionStage<Enqueued> write = spool.enqueue(PRIORITY, "early");
        CompletionStage<Void> flush = spool.spool().flush(Priority.MANUAL_BATCH);
        CompletionStage<?> queues = spool.spool().queues();
        CompletionStage<Void> key = spool.spool().updateKey(GOOD);
        CompletionStage<Void> confirm =
                spool.spool().confirm(ConfirmRecordUploadRequest.getDefaultInstance());
        for (CompletionStage<?> call : List.of(write, flush, queues, key, confirm)) {
            assertThat(call.toCompletableFuture()).isNotDone();
        }
        goOn.countDown();
        assertThat(SpoolFixture.await(write).sequencingId()).isZero();
        for (CompletionStage<?> call : List.of(flush, queues, key)) {
            SpoolFixture.await(call);
        }
        assertThat(SpoolFixture.failure(confirm).code()).isEqualTo(StatusCode.INVALID_ARGUMENT);
    }

    @Test
    void aHundredWritesThatWaitForAKeyDoNotHoldUpItsDelivery() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start();
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(spool.enqueue(PRIORITY, "record " + i));
        }
        SpoolFixture.await(spool.spool().queues());
        assertThat(all).noneMatch(stage -> stage.toCompletableFuture().isDone());
        SpoolFixture.await(spool.spool().updateKey(GOOD));
        for (int i = 0; i < 100; i++) {
            assertThat(SpoolFixture.await(all.get(i)).sequencingId()).isEqualTo(i);
        }
        List<EncryptedRecord> records = spool.offered(PRIORITY);
        assertThat(SpoolFixture.data(records.get(99))).isEqualTo("record 99");
    }

    @Test
    void theFirstWriteWithoutKeyAsksForOneEveryFiveSeconds() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start().connect();
        SpoolFixture.await(spool.spool().queues());
        assertThat(spool.uploader.isEmpty()).isTrue();
        CompletionStage<Enqueued> write = spool.enqueue(PRIORITY, "x");
        for (int i = 0; i < 3; i++) {
            UploadEncryptedRecordRequest request = spool.uploader.next();
            assertThat(request.getNeedEncryptionKeys()).isTrue();
            assertThat(request.getEncryptedRecordCount()).isZero();
            awaitTimers(2);
            spool.clock.advance(Duration.ofSeconds(5).minusMillis(1));
            SpoolFixture.await(spool.spool().queues());
            assertThat(spool.uploader.isEmpty()).as("before 5 s").isTrue();
            spool.clock.advance(Duration.ofMillis(1));
        }
        SpoolFixture.await(spool.spool().updateKey(GOOD));
        SpoolFixture.await(write);
    }

    /** The key's age check, the next request, the limit of the wait. */
    private void awaitTimers(int count) {
        spool.clock.awaitPending(count + 1);
    }

    @Test
    void aBadKeyFailsThoseWhoWait() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start();
        CompletionStage<Enqueued> write = spool.enqueue(PRIORITY, "x");
        SpoolFixture.await(spool.spool().queues());
        awaitTimers(1);
        ReportingException refused =
                SpoolFixture.failure(
                        spool.spool().updateKey(SignedEncryptionInfo.getDefaultInstance()));
        assertThat(refused).hasToString("INVALID_ARGUMENT:Verification failed");
        assertThat(SpoolFixture.failure(write)).hasToString("INVALID_ARGUMENT:Verification failed");
    }

    @Test
    void aWriteWaitsForAKeyNoLongerThanAllowed() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start();
        CompletionStage<Enqueued> write = spool.enqueue(PRIORITY, "x");
        SpoolFixture.await(spool.spool().queues());
        awaitTimers(2);
        spool.clock.advance(Duration.ofSeconds(61));
        ReportingException late = SpoolFixture.failure(write);
        assertThat(late.code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(late.getMessage()).contains("key not delivered within 60 s");
    }

    @Test
    void theLimitOfTheWaitHoldsForThoseTooWhoComeLongAfterTheFirst() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start();
        SpoolFixture.await(spool.spool().queues());
        for (int i = 0; i < 3; i++) {
            CompletionStage<Enqueued> write = spool.enqueue(PRIORITY, "x");
            spool.clock.advance(Duration.ofSeconds(59));
            SpoolFixture.await(spool.spool().queues());
            CompletionStage<Enqueued> behind = spool.enqueue(PRIORITY, "y");
            spool.clock.advance(Duration.ofSeconds(2));
            assertThat(SpoolFixture.failure(write).code()).isEqualTo(StatusCode.UNAVAILABLE);
            assertThat(behind.toCompletableFuture()).isNotDone();
            awaitTimers(2);
            spool.clock.advance(Duration.ofSeconds(58));
            assertThat(SpoolFixture.failure(behind).code()).isEqualTo(StatusCode.UNAVAILABLE);
        }
    }

    @Test
    void aFlushThatWaitsForAKeyEndsWellOnItsDelivery() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start();
        CompletionStage<Void> flush = spool.spool().flush(PRIORITY);
        SpoolFixture.await(spool.spool().updateKey(GOOD));
        SpoolFixture.await(flush);
    }

    @Test
    void theEndOfTheSpoolFailsThoseWhoWaitForAKey() throws Exception {
        spool.sealing(PlainSealing.withoutKey()).start();
        CompletionStage<Enqueued> write = spool.enqueue(PRIORITY, "x");
        SpoolFixture.await(spool.spool().queues());
        spool.stop();
        assertThat(SpoolFixture.failure(write))
                .hasToString("UNAVAILABLE:Key not delivered - Storage shuts down");
        spool.sealing(PlainSealing.withKey()).start();
        assertThat(SpoolFixture.await(spool.spool().metrics()))
                .contains(
                        new Metric(
                                "Platform.Missive.UnavailableErrorReason", "KEY_AT_SHUTDOWN", 1));
    }

    @Test
    void aKeyOverThreeDaysOldIsAskedForAgainAndWritesGoOn() throws Exception {
        PlainSealing sealing = PlainSealing.withKey();
        spool.sealing(sealing).start().connect();
        SpoolFixture.await(spool.spool().queues());
        spool.clock.advance(Duration.ofHours(8));
        awaitTimers(0);
        assertThat(spool.uploader.isEmpty()).isTrue();
        sealing.age(Duration.ofDays(4));
        spool.clock.advance(Duration.ofHours(8));
        assertThat(spool.uploader.next().getNeedEncryptionKeys()).isTrue();
        spool.store(PRIORITY, "x");
    }

    @Test
    void recordsThatWaitForMemoryKeepTheirOrderAndThePoolComesBackToZero() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        spool.storage(
                        real ->
                                new InterceptedStorage(
                                        real,
                                        (point, path) -> {
                                            if (point == Point.FORCE) {
                                                await(goOn);
                                            }
                                        }))
                .start();
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(spool.enqueue(PRIORITY, i + " " + "x".repeat(50_000)));
        }
        CompletionStage<Enqueued> tooMany = null;
        for (int i = 0; i < 100 && (tooMany == null || !failed(tooMany)); i++) {
            tooMany = spool.enqueue(PRIORITY, "y".repeat(100_000));
        }
        assertThat(SpoolFixture.failure(tooMany).code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(spool.spool().memoryBytes()).isPositive();
        goOn.countDown();
        for (int i = 0; i < 100; i++) {
            assertThat(SpoolFixture.await(all.get(i)).sequencingId()).isEqualTo(i);
        }
        Spool closing = spool.spool();
        spool.stop();
        assertThat(closing.memoryBytes()).isZero();
    }

    private static boolean failed(CompletionStage<?> stage) {
        return stage.toCompletableFuture().isCompletedExceptionally();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("not reached within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
