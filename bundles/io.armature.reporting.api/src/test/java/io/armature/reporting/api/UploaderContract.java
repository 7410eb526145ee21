package io.armature.reporting.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link Uploader} keeps. A provider's or double's test extends it. */
public abstract class UploaderContract {

    private static final long DEADLINE_SECONDS = 60;
    private static final String GUID = "5b4a1f0e-0000-4000-8000-0000000000aa";

    /** An uploader whose server takes what it is sent and confirms nothing. */
    protected abstract Uploader connected() throws Exception;

    /** An uploader whose server cannot be reached. */
    protected abstract Uploader unreachable() throws Exception;

    /** The next batch that has reached the server of {@link #connected()}, waited for. */
    protected abstract UploadEncryptedRecordRequest arrived() throws Exception;

    private static UploadEncryptedRecordRequest batch(long first, long last) {
        return UploadEncryptedRecordRequest.newBuilder()
                .addAllEncryptedRecord(
                        LongStream.rangeClosed(first, last)
                                .mapToObj(UploaderContract::record)
                                .toList())
                .build();
    }

    private static EncryptedRecord record(long id) {
        return EncryptedRecord.newBuilder()
                .setEncryptedWrappedRecord(ByteString.copyFromUtf8("record " + id))
                .setSequenceInformation(
                        SequenceInformation.newBuilder()
                                .setPriority(Priority.SLOW_BATCH)
                                .setGenerationGuid(GUID)
                                .setGenerationId(12)
                                .setSequencingId(id))
                .build();
    }

    private static UploadEncryptedRecordResponse await(
            CompletionStage<UploadEncryptedRecordResponse> stage) throws Exception {
        return stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static ReportingException failure(CompletionStage<?> stage) throws Exception {
        try {
            throw new AssertionError(
                    "did not fail: "
                            + stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(ReportingException.class);
            return (ReportingException) e.getCause();
        }
    }

    @Test
    public void batchArrivesAsItIsAndTheReplySaysThatItWasTaken() throws Exception {
        UploadEncryptedRecordRequest batch = batch(0, 4);
        UploadEncryptedRecordResponse reply = await(connected().upload(batch));
        assertThat(reply.getStatus().getCode()).isZero();
        assertThat(reply.getCachedEventsSeqIdsList()).isSubsetOf(0L, 1L, 2L, 3L, 4L);
        assertThat(arrived()).isEqualTo(batch);
    }

    @Test
    public void batchesGoOutInTheOrderOfTheirCalls() throws Exception {
        Uploader uploader = connected();
        List<CompletionStage<UploadEncryptedRecordResponse>> replies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            replies.add(uploader.upload(batch(i, i)));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(await(replies.get(i)).getStatus().getCode()).isZero();
            assertThat(arrived()).isEqualTo(batch(i, i));
        }
    }

    @Test
    public void aRequestForAKeyAloneIsABatchToo() throws Exception {
        UploadEncryptedRecordRequest wanted =
                UploadEncryptedRecordRequest.newBuilder().setNeedEncryptionKeys(true).build();
        assertThat(await(connected().upload(wanted)).getStatus().getCode()).isZero();
        assertThat(arrived().getNeedEncryptionKeys()).isTrue();
    }

    @Test
    public void everyCallOfEveryThreadGetsItsAnswer() throws Exception {
        Uploader uploader = connected();
        List<CompletableFuture<UploadEncryptedRecordResponse>> replies =
                IntStream.range(0, 16)
                        .parallel()
                        .mapToObj(i -> uploader.upload(batch(i, i)).toCompletableFuture())
                        .toList();
        List<Long> ids = new ArrayList<>();
        for (CompletableFuture<UploadEncryptedRecordResponse> reply : replies) {
            assertThat(await(reply).getStatus().getCode()).isZero();
            ids.add(arrived().getEncryptedRecord(0).getSequenceInformation().getSequencingId());
        }
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 16).boxed().toList());
    }

    @Test
    public void anUnreachableServerIsAFailedStageThatMayBeTriedAgain() throws Exception {
        ReportingException refused = failure(unreachable().upload(batch(0, 0)));
        assertThat(refused.code().retryable()).isTrue();
        assertThat(refused.getMessage()).isNotBlank().doesNotContain("\n");
    }

    @Test
    public void nullIsRefusedAtTheCall() throws Exception {
        Uploader uploader = connected();
        assertThatNullPointerException().isThrownBy(() -> uploader.upload(null));
    }
}
