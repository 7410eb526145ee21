package io.armature.backend.reporting.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.api.storage.QueueName;
import io.armature.reporting.proto.DeviceCounters;
import io.armature.reporting.proto.QueueCounters;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedCounters;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What a device says of its queues, signed by it and checked.
 *
 * @param number counts up with each statement of the device
 * @param queues every queue that the device had when it said so
 */
public record Statement(long number, Map<QueueName, Queue> queues) {

    /** The note of a device that holds its public key, 32 bytes. */
    public static final String KEY_NOTE = "counters-key";

    /**
     * The note that says when the device's first statement brought that key, as text; empty or not
     * there if the key is that of an enrolment.
     */
    public static final String FIRST_USE_NOTE = "counters-key-first-use";

    /** The note that holds its {@link LastWords}. */
    public static final String NOTE = "counters";

    private static final int LIMIT_BYTES = 48 << 10;

    /**
     * One queue; all its counters only rise.
     *
     * @param accepted ids 0 to {@code accepted - 1} were given
     * @param shed how many of these the device gave up for want of space
     * @param kept the first id that the device still keeps, or has yet to give
     */
    public record Queue(long accepted, long shed, long kept) {

        public Queue {
            if (shed < 0 || kept < 0 || accepted < shed || accepted < kept) {
                throw new IllegalArgumentException("counters contradict each other");
            }
        }
    }

    public Statement {
        queues = Map.copyOf(queues);
    }

    /**
     * Checks what a device sent.
     *
     * @param key 32 bytes
     * @return none if it was not signed with the key, or makes no sense
     */
    public static Optional<Statement> of(String device, ByteString key, SignedCounters signed) {
        byte[] message = message(device, signed.getCounters());
        boolean genuine =
                key.size() == Ed25519.PUBLIC_KEY_SIZE
                        && signed.getSignature().size() == Ed25519.SIGNATURE_SIZE
                        && signed.getSerializedSize() <= LIMIT_BYTES
                        && Ed25519.verify(
                                signed.getSignature().toByteArray(),
                                0,
                                key.toByteArray(),
                                0,
                                message,
                                0,
                                message.length);
        if (!genuine) {
            return Optional.empty();
        }
        try {
            DeviceCounters counters = DeviceCounters.parseFrom(signed.getCounters());
            return Optional.of(
                    new Statement(
                            counters.getStatement(), queues(device, counters.getQueueList())));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads counters, in their order.
     *
     * @throws IllegalArgumentException if they make no sense
     */
    static Map<QueueName, Queue> queues(String device, List<QueueCounters> counters) {
        Map<QueueName, Queue> queues = new LinkedHashMap<>();
        for (QueueCounters one : counters) {
            queues.put(
                    name(device, one),
                    new Queue(one.getAccepted(), one.getShed(), one.getFirstUnconfirmedId()));
        }
        return queues;
    }

    private static QueueName name(String device, QueueCounters one) {
        return QueueName.of(
                        device,
                        SequenceInformation.newBuilder()
                                .setPriority(one.getPriority())
                                .setGenerationGuid(one.getGenerationGuid())
                                .setGenerationId(one.getGenerationId())
                                .build())
                .orElseThrow(() -> new IllegalArgumentException("no queue of such a name"));
    }

    /** What a device signs. */
    public static byte[] message(String device, ByteString counters) {
        return ByteString.copyFrom(
                        "armature-counters 1\n" + device + "\n", StandardCharsets.US_ASCII)
                .concat(counters)
                .toByteArray();
    }
}
