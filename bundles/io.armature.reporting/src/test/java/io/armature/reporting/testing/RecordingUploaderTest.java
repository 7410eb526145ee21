package io.armature.reporting.testing;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.api.UploaderContract;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.util.concurrent.CompletableFuture;

class RecordingUploaderTest extends UploaderContract {

    private final RecordingUploader uploader = new RecordingUploader();

    @Override
    protected Uploader connected() {
        return uploader;
    }

    @Override
    protected Uploader unreachable() {
        uploader.reply(
                request ->
                        CompletableFuture.failedFuture(
                                new ReportingException(StatusCode.UNAVAILABLE, "no connection")));
        return uploader;
    }

    @Override
    protected UploadEncryptedRecordRequest arrived() throws InterruptedException {
        return uploader.next();
    }
}
