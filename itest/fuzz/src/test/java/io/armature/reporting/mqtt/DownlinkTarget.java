package io.armature.reporting.mqtt;

import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.ReplyEnvelope;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What must be true of the reader of a server's messages whatever comes. The fuzzer calls it by its
 * name.
 *
 * <p>An input is a byte for the topic, and the payload.
 */
public final class DownlinkTarget {

    private static final Topics TOPICS = Topics.of("d1");
    private static final int LONGEST_GUID = 64;

    private final MemoryReporting spool = new MemoryReporting();
    private final List<ConfirmRecordUploadRequest> confirmations = new ArrayList<>();
    private final List<UploadEncryptedRecordResponse> replies = new ArrayList<>();
    private final List<byte[]> configured = new ArrayList<>();

    private DownlinkTarget() {}

    /** Receives one message; fails if anything but a good one gets further, or a good one not. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            new DownlinkTarget()
                    .run((input[0] & 7) % 5, Arrays.copyOfRange(input, 1, input.length));
        }
    }

    private void run(int topic, byte[] payload) {
        Downlink downlink =
                new Downlink(
                        TOPICS,
                        new SpoolWays(spool, spool),
                        new HandClock(),
                        Runnable::run,
                        new Downlink.Listener() {
                            @Override
                            public void confirmed(ConfirmRecordUploadRequest confirmation) {
                                confirmations.add(confirmation);
                            }

                            @Override
                            public void replied(UploadEncryptedRecordResponse reply) {
                                replies.add(reply);
                            }

                            @Override
                            public void configured(byte[] payload) {
                                configured.add(payload);
                            }
                        });
        List<String> topics =
                List.of(
                        TOPICS.confirm(),
                        TOPICS.key(),
                        TOPICS.reply(),
                        Topics.of("d2").confirm(),
                        TOPICS.configuration());
        downlink.receive(topics.get(topic), payload);
        require(configured.equals(topic == 4 ? List.of(payload) : List.of()), "configured");
        require(confirmations.equals(topic == 0 ? confirmation(payload) : List.of()), "confirmed");
        require(replies.equals(topic == 2 ? reply(payload) : List.of()), "replied");
        // The spool answers as its contract says, so it may refuse what comes through.
        require(spool.confirmed().size() <= confirmations.size(), "more than was confirmed");
        require(spool.keys().size() <= (topic == 1 ? key(payload) : 0), "a key from elsewhere");
    }

    private static List<ConfirmRecordUploadRequest> confirmation(byte[] payload) {
        try {
            ConfirmRecordUploadRequest request = ConfirmRecordUploadRequest.parseFrom(payload);
            SequenceInformation at = request.getSequenceInformation();
            boolean good =
                    at.getPriority() != Priority.UNDEFINED_PRIORITY
                            && at.getGenerationId() > 0
                            && at.getGenerationGuid().length() <= LONGEST_GUID
                            && (at.getSequencingId() >= 0
                                    || at.getSequencingId() == -1 && request.getForceConfirm());
            return good ? List.of(request) : List.of();
        } catch (InvalidProtocolBufferException e) {
            return List.of();
        }
    }

    private static List<UploadEncryptedRecordResponse> reply(byte[] payload) {
        try {
            ReplyEnvelope envelope = ReplyEnvelope.parseFrom(payload);
            return envelope.getResponse().hasStatus() ? List.of(envelope.getResponse()) : List.of();
        } catch (InvalidProtocolBufferException e) {
            return List.of();
        }
    }

    private static int key(byte[] payload) {
        try {
            SignedEncryptionInfo key = SignedEncryptionInfo.parseFrom(payload);
            return key.hasPublicAsymmetricKey() && key.hasSignature() ? 1 : 0;
        } catch (InvalidProtocolBufferException e) {
            return 0;
        }
    }

    private static void require(boolean fact, String text) {
        if (!fact) {
            throw new AssertionError(text);
        }
    }
}
