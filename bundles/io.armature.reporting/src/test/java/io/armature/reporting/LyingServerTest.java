package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
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
            SpoolFixture.await(
                    spool.spool().confirm(of(sequence(last).setSequencingId(Long.MAX_VALUE))));
            spool.store(SINGLE, "later " + i);
            spool.restart();
            assertThat(spool.left(SINGLE)).containsExactly("later " + i);
        }
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
