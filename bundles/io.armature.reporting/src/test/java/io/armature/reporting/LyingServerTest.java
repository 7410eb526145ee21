package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a server says, no record goes that it was not entitled to confirm. */
class LyingServerTest {

    private static final Priority MANUAL = Priority.MANUAL_BATCH;
    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final Priority FAST = Priority.FAST_BATCH;
    private static final int RECORDS = 6;
    private static final Duration MOST_CACHED = Duration.ofMinutes(1);

    @TempDir Path root;
    private SpoolFixture spool;
    private final AtomicReference<InterceptedStorage.Interceptor> disk =
            new AtomicReference<>((point, path) -> {});
    private final List<Enqueued> manual = new ArrayList<>();
    private final List<Enqueued> fast = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        spool = new SpoolFixture(root).settings(SpoolFixture.small(64 << 10, 64L << 20)).start();
        for (int i = 0; i < RECORDS; i++) {
            manual.add(spool.store(MANUAL, "manual " + i));
            fast.add(spool.store(FAST, "fast " + i));
        }
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private static ConfirmRecordUploadRequest of(SequenceInformation.Builder sequence) {
        return ConfirmRecordUploadRequest.newBuilder().setSequenceInformation(sequence).build();
    }

    private static SequenceInformation.Builder sequence(Enqueued at) {
        return SpoolFixture.confirmation(at).getSequenceInformation().toBuilder();
    }

    private StatusCode refused(SequenceInformation.Builder sequence) throws Exception {
        ReportingException failure = SpoolFixture.failure(spool.spool().confirm(of(sequence)));
        return failure.code();
    }

    private void allIsLeft() throws Exception {
        assertThat(spool.left(MANUAL)).containsExactlyElementsOf(texts("manual ", 0));
        assertThat(spool.left(FAST)).containsExactlyElementsOf(texts("fast ", 0));
    }

    private static List<String> texts(String text, int from) {
        return LongStream.range(from, RECORDS).mapToObj(i -> text + i).toList();
    }

    @Test
    void aConfirmationForNoQueueOrAnotherGenerationIsRefusedAndDeletesNothing() throws Exception {
        SequenceInformation.Builder honest = sequence(manual.get(RECORDS - 1));
        String other = fast.get(0).generationGuid();
        long otherId = fast.get(0).generationId();
        assertThat(refused(honest.clone().setGenerationGuid(other)))
                .as("guid of another queue")
                .isEqualTo(StatusCode.NOT_FOUND);
        assertThat(refused(honest.clone().setGenerationGuid("")))
                .as("no guid")
                .isEqualTo(StatusCode.NOT_FOUND);
        assertThat(refused(honest.clone().setGenerationGuid("../../etc")))
                .as("a path")
                .isEqualTo(StatusCode.NOT_FOUND);
        assertThat(refused(honest.clone().setPriority(Priority.SECURITY)))
                .as("another priority")
                .isEqualTo(StatusCode.NOT_FOUND);
        assertThat(refused(honest.clone().setGenerationId(otherId)))
                .as("generation of another queue")
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
        assertThat(refused(honest.clone().clearGenerationId()))
                .as("no generation")
                .isEqualTo(StatusCode.FAILED_PRECONDITION);
        allIsLeft();
    }

    @Test
    void oldConfirmationsInAnyOrderTakeNothingBackAndNothingAway() throws Exception {
        spool.confirm(manual.get(3));
        Random random = new Random(3);
        for (int i = 0; i < 200; i++) {
            spool.confirm(manual.get(random.nextInt(4)));
        }
        SequenceInformation.Builder negative = sequence(manual.get(0));
        SpoolFixture.await(spool.spool().confirm(of(negative.setSequencingId(-1))));
        SpoolFixture.await(spool.spool().confirm(of(negative.setSequencingId(Long.MIN_VALUE))));
        assertThat(spool.left(MANUAL)).containsExactlyElementsOf(texts("manual ", 4));
        assertThat(spool.left(FAST)).hasSize(RECORDS);
    }

    @Test
    void idsOfTheFutureConfirmNothingThatIsStoredLater() throws Exception {
        for (int i = 0; i < 3; i++) {
            Enqueued last = spool.store(SINGLE, "confirmed " + i);
            assertThat(spool.left(SINGLE)).as("sent").endsWith("confirmed " + i);
            SpoolFixture.await(
                    spool.spool().confirm(of(sequence(last).setSequencingId(Long.MAX_VALUE))));
            spool.store(SINGLE, "later " + i);
            spool.restart();
            assertThat(spool.left(SINGLE)).containsExactly("later " + i);
        }
    }

    /** Connected; what is there so far is sent, each queue by one batch. */
    private void sendAll() throws Exception {
        spool.connect();
        for (int queues = 0; queues < 2; queues++) {
            assertThat(spool.uploader.next().getEncryptedRecordCount()).isEqualTo(RECORDS);
        }
    }

    private long counted(String sample) throws Exception {
        return SpoolFixture.await(spool.spool().metrics()).stream()
                .filter(each -> each.name().equals("Platform.Missive.UnsentConfirmed"))
                .filter(each -> each.sample().equals(sample))
                .mapToLong(Metric::value)
                .sum();
    }

    @Test
    void idsThatWereNeverSentAreNotConfirmedAndThatIsCountedAndShown() throws Exception {
        sendAll();
        Enqueued unsent = spool.store(MANUAL, "manual 6");
        for (long id : new long[] {unsent.sequencingId(), Long.MAX_VALUE}) {
            SpoolFixture.await(spool.spool().confirm(of(sequence(unsent).setSequencingId(id))));
        }
        assertThat(counted("NEVER_SENT")).isEqualTo(2);
        assertThat(spool.spool().faults())
                .singleElement()
                .satisfies(
                        fault ->
                                assertThat(fault.toString())
                                        .contains("server", "never sent", "up to 5"));
        spool.spool().uploader(null);
        assertThat(spool.left(MANUAL)).containsExactly("manual 6");
        assertThat(spool.left(FAST)).hasSize(RECORDS);
        spool.confirm(unsent);
        assertThat(firstUnconfirmed(MANUAL)).as("once it was sent").contains(RECORDS + 1L);
        spool.clock.advance(Duration.ofHours(1));
        assertThat(spool.spool().faults()).isEmpty();
    }

    @Test
    void whatAnEarlierRunSentIsConfirmedAfterOneRepetition() throws Exception {
        sendAll();
        Enqueued last = manual.get(RECORDS - 1);
        spool.stop().intercepted(disk).restart();
        CountDownLatch readable = new CountDownLatch(1);
        connectWithoutOffer(readable);
        spool.confirm(last);
        readable.countDown();
        assertThat(firstUnconfirmed(MANUAL)).as("perhaps never sent").contains(0L);
        assertThat(counted("EARLIER_RUN")).isEqualTo(1);
        assertThat(counted("NEVER_SENT")).isZero();
        assertThat(spool.spool().faults()).isEmpty();
        spool.uploader.next();
        spool.uploader.next();
        spool.confirm(last);
        assertThat(firstUnconfirmed(MANUAL)).as("all of the queue is confirmed").isEmpty();
        assertThat(spool.left(FAST)).containsExactlyElementsOf(texts("fast ", 0));
    }

    @Test
    void whatWasSentBeforeAnUpdateIsConfirmedBehindIt() throws Exception {
        sendAll();
        spool.stop().intercepted(disk).start();
        Enqueued unsent = spool.store(MANUAL, "manual 6");
        CountDownLatch readable = new CountDownLatch(1);
        connectWithoutOffer(readable);
        spool.confirm(unsent);
        readable.countDown();
        assertThat(firstUnconfirmed(MANUAL)).contains((long) RECORDS);
        assertThat(counted("NEVER_SENT")).isEqualTo(1);
    }

    /** No pass comes to its end until the latch is open. */
    private void connectWithoutOffer(CountDownLatch readable) throws Exception {
        SpoolFixture.await(spool.spool().queues());
        disk.set(
                (point, path) -> {
                    if (point == Point.OPEN && path.contains("/P_")) {
                        await(readable);
                    }
                });
        spool.connect();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("not opened within 60 s");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Optional<Long> firstUnconfirmed(Priority priority) throws Exception {
        return SpoolFixture.await(spool.spool().queues()).stream()
                .filter(queue -> queue.priority() == priority)
                .map(QueueState::firstUnconfirmedId)
                .findFirst();
    }

    @Test
    void forcedIdsOutOfRangeDeleteNothing() throws Exception {
        for (long id : new long[] {Long.MAX_VALUE, RECORDS + 100L, Long.MIN_VALUE, -1}) {
            SpoolFixture.await(
                    spool.spool()
                            .confirm(
                                    of(sequence(manual.get(0)).setSequencingId(id)).toBuilder()
                                            .setForceConfirm(true)
                                            .build()));
        }
        allIsLeft();
    }

    @Test
    void hugeListsOfCachedIdsHoldRecordsBackForAWhileOnly() throws Exception {
        spool.uploader.reply(
                request ->
                        CompletableFuture.completedFuture(
                                UploadEncryptedRecordResponse.newBuilder()
                                        .setStatus(StatusProto.newBuilder().setCode(0))
                                        .addAllCachedEventsSeqIds(
                                                LongStream.range(-1_000, 200_000)
                                                        .map(i -> i * 7919 % 100_003)
                                                        .boxed()
                                                        .toList())
                                        .addCachedEventsSeqIds(Long.MIN_VALUE)
                                        .addCachedEventsSeqIds(Long.MAX_VALUE)
                                        .build()));
        spool.connect();
        SpoolFixture.await(spool.spool().flush(MANUAL));
        assertThat(spool.uploader.next().getEncryptedRecordCount()).isEqualTo(RECORDS);
        spool.clock.advance(MOST_CACHED);
        SpoolFixture.await(spool.spool().flush(MANUAL));
        assertThat(spool.uploader.next().getEncryptedRecordCount()).isEqualTo(RECORDS);
    }

    @Test
    void answersWithoutSenseDeleteNothing() throws Exception {
        for (UploadEncryptedRecordResponse answer :
                List.of(
                        UploadEncryptedRecordResponse.getDefaultInstance(),
                        UploadEncryptedRecordResponse.newBuilder().setDisable(true).build(),
                        UploadEncryptedRecordResponse.newBuilder()
                                .setStatus(StatusProto.newBuilder().setCode(-7))
                                .build(),
                        UploadEncryptedRecordResponse.newBuilder()
                                .setStatus(
                                        StatusProto.newBuilder()
                                                .setCode(Integer.MAX_VALUE)
                                                .setErrorMessage("x".repeat(100_000)))
                                .build())) {
            spool.uploader.reply(request -> CompletableFuture.completedFuture(answer));
            spool.connect();
            SpoolFixture.await(spool.spool().flush(MANUAL));
            spool.spool().uploader(null);
        }
        allIsLeft();
        spool.store(MANUAL, "still enabled");
    }

    @Test
    void aKeyThatIsNoneChangesNothing() throws Exception {
        // Signatures and sizes: RecordSealingTest.
        SignedEncryptionInfo none =
                SignedEncryptionInfo.newBuilder()
                        .setPublicAsymmetricKey(ByteString.copyFrom(new byte[1 << 16]))
                        .setSignature(ByteString.copyFrom(new byte[64]))
                        .build();
        spool.spool().updateKey(none).exceptionally(failure -> null).toCompletableFuture().join();
        spool.store(MANUAL, "after it");
        assertThat(spool.left(MANUAL)).hasSize(RECORDS + 1).endsWith("after it");
    }
}
