package io.armature.reporting.testing;

import io.armature.reporting.api.Uploader;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Keeps what it is given and replies as told. */
public final class RecordingUploader implements Uploader {

    private final BlockingQueue<UploadEncryptedRecordRequest> requests =
            new LinkedBlockingQueue<>();
    private volatile Function<
                    UploadEncryptedRecordRequest, CompletionStage<UploadEncryptedRecordResponse>>
            reply = request -> CompletableFuture.completedFuture(ok());

    /** A reply that the batch was taken. */
    public static UploadEncryptedRecordResponse ok() {
        return UploadEncryptedRecordResponse.newBuilder()
                .setStatus(StatusProto.newBuilder().setCode(0))
                .build();
    }

    public void reply(
            Function<UploadEncryptedRecordRequest, CompletionStage<UploadEncryptedRecordResponse>>
                    answer) {
        reply = answer;
    }

    @Override
    public CompletionStage<UploadEncryptedRecordResponse> upload(
            UploadEncryptedRecordRequest request) {
        requests.add(request);
        return reply.apply(request);
    }

    /** The next request, waited for. */
    public UploadEncryptedRecordRequest next() throws InterruptedException {
        UploadEncryptedRecordRequest request = requests.poll(60, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no upload within 60 s");
        }
        return request;
    }

    /** Whether nothing has come that was not looked at. */
    public boolean isEmpty() {
        return requests.isEmpty();
    }
}
