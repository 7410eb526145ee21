package io.armature.reporting;

import io.armature.platform.api.Randomness;
import io.armature.reporting.Queues.Writer;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.QueueName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Which queue takes the records of which priority and token. Thread-safe. */
final class Writers {

    /** Queues of one priority that take records at a time: what a client can take of the heap. */
    static final int MOST = 64;

    /** The longest token, in UTF-8. */
    static final int TOKEN_BYTES = 4096;

    private static final int MOST_BYTES_OF_A_CHAR = 3;

    private final Map<Writer, QueueName> queues;
    private final Randomness randomness;

    /**
     * @param left as the last instance knew them
     */
    Writers(Map<Writer, QueueName> left, Randomness randomness) {
        this.queues = new ConcurrentHashMap<>(left);
        this.randomness = randomness;
    }

    /** Whether a token is longer than any that is taken. */
    static boolean isTooLong(String token) {
        int most = token.length();
        return most > TOKEN_BYTES / MOST_BYTES_OF_A_CHAR
                && (most > TOKEN_BYTES || utf8Bytes(token) > TOKEN_BYTES);
    }

    private static int utf8Bytes(String token) {
        return token.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Empty if it has none yet. */
    Optional<QueueName> of(Writer writer) {
        return Optional.ofNullable(queues.get(writer));
    }

    /** Gives the writer a queue of a new name. */
    QueueName add(Writer writer) {
        QueueName name = new QueueName(writer.kind(), randomGuid());
        queues.put(writer, name);
        return name;
    }

    private String randomGuid() {
        byte[] random = new byte[16];
        randomness.fill(random);
        random[6] = (byte) (random[6] & 0x0f | 0x40);
        random[8] = (byte) (random[8] & 0x3f | 0x80);
        ByteBuffer bits = ByteBuffer.wrap(random);
        return new UUID(bits.getLong(), bits.getLong()).toString();
    }

    /** A generation id for a new queue. */
    long randomGeneration() {
        byte[] random = new byte[Long.BYTES];
        randomness.fill(random);
        return Math.max(1, ByteBuffer.wrap(random).getLong() & Long.MAX_VALUE);
    }

    /** The queue takes no more records. */
    void remove(QueueName name) {
        queues.values().removeIf(name::equals);
    }

    /** Whether the queue takes somebody's records. */
    boolean contains(QueueName name) {
        return queues.containsValue(name);
    }

    /** A snapshot. */
    List<QueueName> queues() {
        return List.copyOf(queues.values());
    }

    /** Those of one priority. */
    List<QueueName> queues(QueueKind kind) {
        return queues.values().stream().filter(name -> name.kind() == kind).toList();
    }

    /** For the next instance. */
    Map<Writer, QueueName> all() {
        return Map.copyOf(queues);
    }
}
