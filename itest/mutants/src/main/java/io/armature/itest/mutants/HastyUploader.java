package io.armature.itest.mutants;

import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The mutant that deletes before the server confirms: that the bridge's batch was taken counts as
 * the confirmation. The spool prefers it to the bridge by its ranking. Thread-safe.
 */
public final class HastyUploader implements Uploader {

    private final Uploader bridge;
    private final Reporting spool;

    /** Called by SCR, see {@code OSGI-INF/hasty.xml}. */
    public HastyUploader(Uploader bridge, Reporting spool) {
        this.bridge = bridge;
        this.spool = spool;
    }

    @Override
    public CompletionStage<UploadEncryptedRecordResponse> upload(
            UploadEncryptedRecordRequest request) {
        List<EncryptedRecord> batch = request.getEncryptedRecordList();
        return bridge.upload(request)
                .thenApply(
                        reply -> {
                            if (!batch.isEmpty()) {
                                confirm(batch.get(batch.size() - 1));
                            }
                            return reply;
                        });
    }

    private void confirm(EncryptedRecord last) {
        ConfirmRecordUploadRequest request =
                ConfirmRecordUploadRequest.newBuilder()
                        .setSequenceInformation(last.getSequenceInformation())
                        .build();
        spool.confirm(request)
                .exceptionally(
                        failure -> {
                            failure.printStackTrace(System.err);
                            return null;
                        });
    }
}
