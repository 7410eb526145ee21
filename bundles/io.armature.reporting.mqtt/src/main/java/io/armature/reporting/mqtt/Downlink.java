package io.armature.reporting.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server sends: checked, then handed to the spool, whose stand-ins hold it while the spool
 * is replaced. Not thread safe: belongs to the bridge's thread.
 */
final class Downlink {

    /** What the rest of the bridge must know. */
    interface Listener {
        void confirmed(ConfirmRecordUploadRequest confirmation);

        void replied(UploadEncryptedRecordResponse reply);

        /** Nothing was checked yet. */
        void configured(byte[] payload);
    }

    static final int MAX_SMALL_BYTES = 4 << 10;
    static final int MAX_REPLY_BYTES = 1 << 20;
    private static final int MAX_GUID_LENGTH = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Downlink.class);

    private final Topics topics;
    private final SpoolWays spool;
    private final Executor executor;
    private final Listener listener;
    private final RateLimitedLog bad;

    Downlink(
            Topics topics,
            SpoolWays spool,
            DeviceClock clock,
            Executor executor,
            Listener listener) {
        this.topics = topics;
        this.spool = spool;
        this.executor = executor;
        this.listener = listener;
        this.bad = new RateLimitedLog(LOG, clock);
    }

    /** One message from the broker. */
    void receive(String topic, byte[] payload) {
        try {
            if (topic.equals(topics.confirm())) {
                confirm(payload);
            } else if (topic.equals(topics.key())) {
                key(payload);
            } else if (topic.equals(topics.reply())) {
                reply(payload);
            } else if (topic.equals(topics.configuration())) {
                listener.configured(payload);
            } else {
                bad.warn("message dropped", "reason=unexpected topic");
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            bad.warn("message dropped", "topic=" + topic + " reason=" + e.getMessage());
        }
    }

    private void confirm(byte[] payload) throws InvalidProtocolBufferException {
        limit(payload, MAX_SMALL_BYTES);
        ConfirmRecordUploadRequest confirmation = ConfirmRecordUploadRequest.parseFrom(payload);
        SequenceInformation sequence = confirmation.getSequenceInformation();
        long lowest = confirmation.getForceConfirm() ? -1 : 0;
        require(confirmation.hasSequenceInformation(), "no sequence information");
        require(sequence.getPriority() != Priority.UNDEFINED_PRIORITY, "no priority");
        require(sequence.getSequencingId() >= lowest, "sequencing id out of range");
        require(sequence.getGenerationId() > 0, "generation id out of range");
        require(sequence.getGenerationGuid().length() <= MAX_GUID_LENGTH, "guid too long");
        listener.confirmed(confirmation);
        noted(spool.confirmations().confirm(confirmation));
    }

    private void key(byte[] payload) throws InvalidProtocolBufferException {
        limit(payload, MAX_SMALL_BYTES);
        SignedEncryptionInfo key = SignedEncryptionInfo.parseFrom(payload);
        require(key.hasPublicAsymmetricKey() && key.hasSignature(), "no signed key");
        noted(spool.keys().updateKey(key));
    }

    private void reply(byte[] payload) throws InvalidProtocolBufferException {
        limit(payload, MAX_REPLY_BYTES);
        ReplyEnvelope envelope = ReplyEnvelope.parseFrom(payload);
        UploadEncryptedRecordResponse reply = envelope.getResponse();
        require(reply.hasStatus(), "no status");
        if (reply.getDisable()) {
            LOG.warn("server disables reporting code={}", reply.getStatus().getCode());
        } else if (reply.getStatus().getCode() != 0) {
            bad.warn("server refuses a batch", "code=" + reply.getStatus().getCode());
        } else {
            LOG.debug("server replied cached_ids={}", reply.getCachedEventsSeqIdsCount());
        }
        listener.replied(reply);
    }

    /** What waits longer, is one too many, or meets a spool that does not want it, is dropped. */
    private void noted(CompletionStage<Void> call) {
        call.whenCompleteAsync(
                (done, error) -> {
                    if (error != null) {
                        bad.warn("message dropped", "reason=" + error);
                    }
                },
                executor);
    }

    private static void limit(byte[] payload, int bytes) {
        require(payload.length <= bytes, "longer than " + bytes + " bytes");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
