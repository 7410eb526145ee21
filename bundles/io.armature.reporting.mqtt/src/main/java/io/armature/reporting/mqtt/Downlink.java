package io.armature.reporting.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server sends: checked, then handed to the spool. While the spool is being replaced, a
 * bounded number of messages waits for a bounded time; a dropped one does no harm, since the server
 * repeats its confirmation when it gets the records again. Not thread safe: belongs to the bridge's
 * thread.
 */
final class Downlink {

    /** What the rest of the bridge must know. */
    interface Listener {
        void confirmed(ConfirmRecordUploadRequest confirmation);

        void replied(UploadEncryptedRecordResponse reply);
    }

    static final int MAX_SMALL_BYTES = 4 << 10;
    static final int MAX_REPLY_BYTES = 1 << 20;
    static final int MAX_HELD = 1024;
    static final Duration HOLD = Duration.ofSeconds(10);
    private static final int MAX_GUID_LENGTH = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Downlink.class);

    private record Held(Function<Reporting, CompletionStage<Void>> call, long untilNanos) {}

    private final Topics topics;
    private final DeviceClock clock;
    private final Executor executor;
    private final Listener listener;
    private final RateLimitedLog bad;
    private final Deque<Held> held = new ArrayDeque<>();
    private Optional<Reporting> reporting = Optional.empty();

    Downlink(Topics topics, DeviceClock clock, Executor executor, Listener listener) {
        this.topics = topics;
        this.clock = clock;
        this.executor = executor;
        this.listener = listener;
        this.bad = new RateLimitedLog(LOG, clock);
    }

    /** The spool has come, or gone. */
    void use(Optional<Reporting> spool) {
        reporting = spool;
        while (reporting.isPresent() && !held.isEmpty()) {
            pass(held.remove());
        }
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
        pass(spool -> spool.confirm(confirmation));
    }

    private void key(byte[] payload) throws InvalidProtocolBufferException {
        limit(payload, MAX_SMALL_BYTES);
        SignedEncryptionInfo key = SignedEncryptionInfo.parseFrom(payload);
        require(key.hasPublicAsymmetricKey() && key.hasSignature(), "no signed key");
        pass(spool -> spool.updateKey(key));
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

    private void pass(Function<Reporting, CompletionStage<Void>> call) {
        pass(new Held(call, clock.monotonicNanos() + HOLD.toNanos()));
    }

    private void pass(Held message) {
        if (message.untilNanos() - clock.monotonicNanos() < 0) {
            bad.warn("message dropped", "reason=the spool was away for too long");
        } else if (reporting.isEmpty()) {
            hold(message);
        } else {
            Reporting spool = reporting.get();
            message.call()
                    .apply(spool)
                    .whenCompleteAsync((done, error) -> passed(message, spool, error), executor);
        }
    }

    private void hold(Held message) {
        if (held.size() == MAX_HELD) {
            held.remove();
            bad.warn("message dropped", "reason=too many wait for the spool");
        }
        held.add(message);
    }

    /** A spool that is closing refuses with a retryable code: its successor gets the message. */
    private void passed(Held message, Reporting spool, Throwable error) {
        if (error == null) {
            return;
        }
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        boolean retryable =
                cause instanceof ReportingException refused && refused.code().retryable();
        if (!retryable) {
            bad.warn("spool refuses a message", "reason=" + cause);
        } else if (reporting.isPresent() && reporting.get() != spool) {
            pass(message);
        } else {
            hold(message);
        }
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
