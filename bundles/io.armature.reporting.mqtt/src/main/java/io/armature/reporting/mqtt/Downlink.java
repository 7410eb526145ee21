package io.armature.reporting.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.List;
import java.util.concurrent.CompletionException;
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
    private final RateLimitedLog refusals;
    private final Drops drops;

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
        this.refusals = new RateLimitedLog(LOG, clock);
        this.drops = new Drops(spool.confirmations(), clock, executor);
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
                drops.add(Drops.Reason.UNEXPECTED_TOPIC, 1, "a topic that was not asked for");
            }
        } catch (InvalidProtocolBufferException e) {
            drops.add(Drops.Reason.MALFORMED, 1, topic + " " + e.getMessage());
        } catch (BadMessage e) {
            drops.add(e.reason, 1, topic + " " + e.getMessage());
        }
    }

    /** So many were lost since they came faster than they were handled. */
    void tooFast(int messages) {
        drops.add(Drops.Reason.TOO_FAST, messages, "faster than they are handled");
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        return drops.faults();
    }

    private void confirm(byte[] payload) throws InvalidProtocolBufferException, BadMessage {
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
        noted(topics.confirm(), spool.confirmations().confirm(confirmation));
    }

    private void key(byte[] payload) throws InvalidProtocolBufferException, BadMessage {
        limit(payload, MAX_SMALL_BYTES);
        SignedEncryptionInfo key = SignedEncryptionInfo.parseFrom(payload);
        require(key.hasPublicAsymmetricKey() && key.hasSignature(), "no signed key");
        noted(topics.key(), spool.keys().updateKey(key));
    }

    private void reply(byte[] payload) throws InvalidProtocolBufferException, BadMessage {
        limit(payload, MAX_REPLY_BYTES);
        ReplyEnvelope envelope = ReplyEnvelope.parseFrom(payload);
        UploadEncryptedRecordResponse reply = envelope.getResponse();
        require(reply.hasStatus(), "no status");
        if (reply.getDisable()) {
            LOG.warn("server disables reporting code={}", reply.getStatus().getCode());
        } else if (reply.getStatus().getCode() != 0) {
            refusals.warn("server refuses a batch", "code=" + reply.getStatus().getCode());
        } else {
            LOG.debug("server replied cached_ids={}", reply.getCachedEventsSeqIdsCount());
        }
        listener.replied(reply);
    }

    /** What waits longer, is one too many, or meets a spool that does not want it, is dropped. */
    private void noted(String topic, CompletionStage<Void> call) {
        call.whenCompleteAsync(
                (done, error) -> {
                    if (error != null) {
                        Throwable cause =
                                error instanceof CompletionException ? error.getCause() : error;
                        drops.add(reason(cause), 1, topic + " " + cause.getMessage());
                    }
                },
                executor);
    }

    private static Drops.Reason reason(Throwable cause) {
        if (cause instanceof ReportingException refusal) {
            switch (refusal.code()) {
                case INVALID_ARGUMENT:
                    return Drops.Reason.REFUSED_INVALID_ARGUMENT;
                case NOT_FOUND:
                    return Drops.Reason.REFUSED_NOT_FOUND;
                case FAILED_PRECONDITION:
                    return Drops.Reason.REFUSED_FAILED_PRECONDITION;
                default:
                    break;
            }
        }
        return Drops.Reason.NOT_TAKEN;
    }

    private static void limit(byte[] payload, int bytes) throws BadMessage {
        if (payload.length > bytes) {
            throw new BadMessage(Drops.Reason.TOO_LONG, "longer than " + bytes + " bytes");
        }
    }

    private static void require(boolean condition, String message) throws BadMessage {
        if (!condition) {
            throw new BadMessage(Drops.Reason.OUT_OF_RANGE, message);
        }
    }

    /** One that changes nothing. */
    private static final class BadMessage extends Exception {

        private static final long serialVersionUID = 1L;

        private final Drops.Reason reason;

        BadMessage(Drops.Reason reason, String message) {
            super(message);
            this.reason = reason;
        }
    }
}
