package io.armature.itest.fault;

import com.google.protobuf.ByteString;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/**
 * One record that a writer offers. Its content follows from seed, writer and number, so that the
 * judge can tell any byte that is wrong.
 *
 * @param writer 0 and up
 * @param number 0 and up for each writer
 */
record Offer(int writer, long number, Priority priority, String token, byte[] content) {

    private static final Priority[] PRIORITIES = {
        Priority.SECURITY,
        Priority.IMMEDIATE,
        Priority.FAST_BATCH,
        Priority.SLOW_BATCH,
        Priority.BACKGROUND_BATCH,
        Priority.MANUAL_BATCH,
        Priority.MANUAL_BATCH_LACROS
    };
    private static final int HEADER = 12;

    static Offer of(long seed, int writer, long number) {
        Random random = new Random(seed * 31 + writer * 1_000_003L + number);
        // A writer stays with two priorities most of the time, so that queues grow long.
        int pick = random.nextInt(8) == 0 ? random.nextInt(7) : (writer + random.nextInt(2)) % 7;
        int length = HEADER + length(random);
        ByteBuffer content = ByteBuffer.allocate(length).putInt(writer).putLong(number);
        byte[] filler = new byte[length - HEADER];
        if (random.nextBoolean()) {
            random.nextBytes(filler);
        } else {
            byte[] words =
                    ("record " + number + " of " + writer + "; ").getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < filler.length; i++) {
                filler[i] = words[i % words.length];
            }
        }
        content.put(filler);
        String token = random.nextInt(4) == 0 ? "token-" + random.nextInt(2) : "";
        return new Offer(writer, number, PRIORITIES[pick], token, content.array());
    }

    /** Who offered this content and as what number; none if no writer makes such records. */
    static Optional<Key> keyOf(byte[] content) {
        if (content.length < HEADER) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(content);
        return Optional.of(new Key(buffer.getInt(), buffer.getLong()));
    }

    /** As a client would offer it. */
    EnqueueRecordRequest request() {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(priority)
                .setRecord(
                        Record.newBuilder()
                                .setData(ByteString.copyFrom(content))
                                .setDestination(Destination.HEARTBEAT_EVENTS)
                                .setDmToken(token)
                                .setTimestampUs(number))
                .build();
    }

    Key key() {
        return new Key(writer, number);
    }

    private static int length(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1 -> 60_000 + random.nextInt(60_000);
            case 2, 3, 4 -> 4_000 + random.nextInt(8_000);
            default -> random.nextInt(900);
        };
    }

    /** Names one record of the campaign. */
    record Key(int writer, long number) {}
}
