package io.armature.backend.reporting.storage;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.QueueName;
import io.armature.reporting.proto.Priority;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * What is known of the day files up to certain lengths, so that a start reads only what came after.
 * Text, a fact a line; the last line holds the CRC-32C of all before it. A damaged checkpoint is as
 * good as none: everything is in the day files.
 */
record Checkpoint(
        Map<DayName, Long> lengths,
        Map<QueueName, StoredQueue> queues,
        Map<String, DeviceCounts> counts) {

    private static final String HEADER = "armature-records-checkpoint 1";
    private static final String NONE = "-";

    static Checkpoint empty() {
        return new Checkpoint(new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        lengths.forEach((day, length) -> fact(text, "file", day.device(), day.date(), length));
        counts.forEach(
                (device, c) ->
                        fact(
                                text,
                                "counts",
                                device,
                                c.records(),
                                c.duplicates(),
                                c.gaps(),
                                c.refused(),
                                c.chainBreaks()));
        queues.forEach(
                (name, queue) ->
                        fact(
                                text,
                                "queue",
                                name.device(),
                                name.priority().getNumber(),
                                name.generationGuid().isEmpty() ? NONE : name.generationGuid(),
                                name.generationId(),
                                queue.touched(),
                                queue.next(),
                                digest(queue.lastDigest()),
                                runs(queue)));
        String facts = text.toString();
        text.append("end ").append(Long.toHexString(crc(facts))).append('\n');
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The checkpoint in a file; none if it is damaged. */
    static Optional<Checkpoint> decode(byte[] content) {
        String text = new String(content, StandardCharsets.US_ASCII);
        int end = text.lastIndexOf("end ");
        if (end < 0
                || !text.startsWith(HEADER + "\n")
                || !text.substring(end)
                        .equals("end " + Long.toHexString(crc(text.substring(0, end))) + "\n")) {
            return Optional.empty();
        }
        Checkpoint checkpoint = empty();
        try {
            text.substring(0, end).lines().skip(1).forEach(line -> checkpoint.read(line));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
        return Optional.of(checkpoint);
    }

    private void read(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "file" -> lengths.put(new DayName(words[1], words[2]), Long.parseLong(words[3]));
            case "counts" ->
                    counts.put(
                            words[1],
                            new DeviceCounts(
                                    Long.parseLong(words[2]),
                                    Long.parseLong(words[3]),
                                    Long.parseLong(words[4]),
                                    Long.parseLong(words[5]),
                                    Long.parseLong(words[6])));
            case "queue" -> readQueue(words);
            default -> throw new IllegalArgumentException("unknown fact");
        }
    }

    private void readQueue(String[] words) {
        Priority priority = Priority.forNumber(Integer.parseInt(words[2]));
        if (priority == null) {
            throw new IllegalArgumentException("unknown priority");
        }
        QueueName name =
                new QueueName(
                        words[1],
                        priority,
                        words[3].equals(NONE) ? "" : words[3],
                        Long.parseLong(words[4]));
        StoredQueue queue = new StoredQueue(Long.parseLong(words[6]), digest(words[7]));
        queue.touch(Long.parseLong(words[5]));
        if (!words[8].equals(NONE)) {
            for (String run : words[8].split(",")) {
                String[] parts = run.split(":");
                queue.restore(
                        new StoredQueue.Run(
                                Long.parseLong(parts[0]),
                                Long.parseLong(parts[1]),
                                digest(parts[2]),
                                digest(parts[3])));
            }
        }
        queues.put(name, queue);
    }

    private static String runs(StoredQueue queue) {
        if (queue.runs().isEmpty()) {
            return NONE;
        }
        List<String> runs = new ArrayList<>();
        for (StoredQueue.Run run : queue.runs()) {
            runs.add(
                    run.from()
                            + ":"
                            + run.to()
                            + ":"
                            + digest(run.before())
                            + ":"
                            + digest(run.after()));
        }
        return String.join(",", runs);
    }

    /** Unknown is {@code -}, a known absence {@code 0}. */
    private static String digest(ByteString digest) {
        if (digest == null) {
            return NONE;
        }
        return digest.isEmpty() ? "0" : HexFormat.of().formatHex(digest.toByteArray());
    }

    private static ByteString digest(String text) {
        return switch (text) {
            case NONE -> null;
            case "0" -> ByteString.EMPTY;
            default -> ByteString.copyFrom(HexFormat.of().parseHex(text));
        };
    }

    private static void fact(StringBuilder text, Object... words) {
        text.append(Arrays.stream(words).map(String::valueOf).collect(Collectors.joining(" ")))
                .append('\n');
    }

    private static long crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }
}
