package io.armature.backend.reporting.server;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;

/** What the server says to devices. */
final class Answers {

    /** Codes of a reply's status. */
    enum Code {
        OK(0),
        PERMISSION_DENIED(7),
        UNAVAILABLE(14);

        private final int number;

        Code(int number) {
            this.number = number;
        }
    }

    private final Outbox outbox;

    Answers(Outbox outbox) {
        this.outbox = outbox;
    }

    /** All ids up to this one are stored. */
    void confirm(QueueName queue, long id) {
        outbox.send(
                Topics.confirm(queue.device()),
                ConfirmRecordUploadRequest.newBuilder()
                        .setSequenceInformation(
                                SequenceInformation.newBuilder()
                                        .setPriority(queue.priority())
                                        .setGenerationGuid(queue.generationGuid())
                                        .setGenerationId(queue.generationId())
                                        .setSequencingId(id))
                        .build()
                        .toByteArray());
    }

    /** The key that records are to be sealed for. */
    void key(String device, SignedEncryptionInfo key) {
        outbox.send(Topics.key(device), key.toByteArray());
    }

    /** What is to be refused. */
    void configuration(String device, ConfigFile configuration) {
        outbox.send(Topics.configuration(device), configuration.toByteArray());
    }

    /** What became of a batch. */
    void reply(String device, ByteString batchId, Code code, String message) {
        StatusProto.Builder status = StatusProto.newBuilder().setCode(code.number);
        if (!message.isEmpty()) {
            status.setErrorMessage(message);
        }
        outbox.send(
                Topics.reply(device),
                ReplyEnvelope.newBuilder()
                        .setBatchId(batchId)
                        .setResponse(UploadEncryptedRecordResponse.newBuilder().setStatus(status))
                        .build()
                        .toByteArray());
    }
}
