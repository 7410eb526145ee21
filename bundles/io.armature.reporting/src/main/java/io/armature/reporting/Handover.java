package io.armature.reporting;

import io.armature.reporting.Queues.Writer;
import io.armature.reporting.api.Metric;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.queue.KnownEnd;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.upload.CachedIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one instance of the spool knows in memory only and the next one of the same process needs,
 * so that an update of the bundle changes nothing for callers (docs/formats/spool.md).
 *
 * @param writers which queue takes whose records
 * @param ends where the queues ended, if they were closed in time
 * @param memories what the queues knew besides
 * @param disabled whether the server has switched reporting off
 * @param blocked the server's list
 * @param health whether the history of calls is recorded
 * @param counts what was counted since the start of the process
 */
record Handover(
        Map<Writer, QueueName> writers,
        Map<QueueName, KnownEnd> ends,
        Map<QueueName, QueueMemory> memories,
        boolean disabled,
        Set<Destination> blocked,
        boolean health,
        List<Metric> counts) {

    private static final Logger log = LoggerFactory.getLogger(Handover.class);
    private static final String FILE = "handover";
    private static final String FIRST_LINE = "armature-handover 1";
    private static final int LIMIT_BYTES = 4 << 20;

    Handover {
        writers = Map.copyOf(writers);
        ends = Map.copyOf(ends);
        memories = Map.copyOf(memories);
        blocked = Set.copyOf(blocked);
        counts = List.copyOf(counts);
    }

    static Handover nothing() {
        return new Handover(Map.of(), Map.of(), Map.of(), false, Set.of(), false, List.of());
    }

    /**
     * Leaves this for the next instance. Of queues, what does not fit is left out: that costs a
     * queue more, a segment to read or a repetition.
     *
     * @param memory has it even if the disk does not take it
     */
    void leave(Storage storage, Keepsake memory) throws IOException {
        String text = text();
        memory.keep(text);
        storage.replace(FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    private String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        add(text, "process " + process());
        add(text, "disabled " + disabled);
        add(text, "health " + health);
        counts.forEach(
                each ->
                        add(
                                text,
                                "count " + each.name() + " " + each.sample() + " " + each.value()));
        blocked.forEach(destination -> add(text, "blocked " + destination.getNumber()));
        writers.forEach(
                (writer, name) -> add(text, line("writer", name) + " " + encoded(writer.token())));
        ends.forEach((name, end) -> add(text, line("end", name) + words(end)));
        memories.forEach((name, memory) -> add(text, line("queue", name) + words(memory)));
        return text.toString();
    }

    /** All of it is ASCII. */
    private static void add(StringBuilder text, String line) {
        if (text.length() + line.length() < LIMIT_BYTES) {
            text.append(line).append('\n');
        }
    }

    private static String line(String first, QueueName name) {
        return first + " " + name.kind().name() + " " + name.guid();
    }

    private static String words(KnownEnd end) {
        return " "
                + end.generationId()
                + " "
                + end.firstId()
                + " "
                + end.end()
                + " "
                + end.nextId();
    }

    private static String words(QueueMemory memory) {
        return " "
                + memory.lastWriteNanos()
                + " "
                + memory.cached().text()
                + " "
                + memory.sentNext();
    }

    private static KnownEnd end(String[] words) {
        return new KnownEnd(
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]));
    }

    /**
     * Takes what the last instance left, if that was in this process.
     *
     * @param memory counts if the file is not there or cannot be read; it is not forgotten here
     */
    static Handover take(Storage storage, Keepsake memory) throws IOException {
        Optional<Handover> left = Optional.empty();
        if (storage.exists(FILE)) {
            left = read(storage);
            storage.unlinkIfPresent(FILE);
        }
        if (left.isPresent()) {
            return left.get();
        }
        Optional<String> kept = memory.kept();
        return kept.isPresent() ? parse(kept.get()).orElseGet(Handover::nothing) : nothing();
    }

    private static Optional<Handover> read(Storage storage) {
        try {
            return parse(new String(storage.read(FILE, LIMIT_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.warn("handover not read error=\"{}\"", e.toString());
            return Optional.empty();
        }
    }

    private static Optional<Handover> parse(String text) {
        try {
            return parse(text.lines().toList());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            log.warn("handover not used error=\"{}\"", e.toString());
            return Optional.empty();
        }
    }

    private static Optional<Handover> parse(List<String> lines) {
        if (lines.size() < 2
                || !lines.get(0).equals(FIRST_LINE)
                || !lines.get(1).equals("process " + process())) {
            return Optional.empty();
        }
        boolean disabled = false;
        boolean health = false;
        List<Metric> counts = new ArrayList<>();
        Set<Destination> blocked = new HashSet<>();
        Map<Writer, QueueName> writers = new HashMap<>();
        Map<QueueName, KnownEnd> ends = new HashMap<>();
        Map<QueueName, QueueMemory> memories = new HashMap<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "disabled" -> disabled = Boolean.parseBoolean(words[1]);
                case "health" -> health = Boolean.parseBoolean(words[1]);
                case "count" ->
                        counts.add(new Metric(words[1], words[2], Long.parseLong(words[3])));
                case "blocked" -> {
                    Destination known = Destination.forNumber(Integer.parseInt(words[1]));
                    if (known != null) {
                        blocked.add(known);
                    }
                }
                case "writer" -> {
                    QueueKind kind = QueueKind.valueOf(words[1]);
                    writers.put(new Writer(kind, decoded(words[3])), new QueueName(kind, words[2]));
                }
                case "end" -> ends.put(name(words), end(words));
                case "queue" -> memories.put(name(words), memory(words));
                default -> throw new IllegalArgumentException("unknown line " + words[0]);
            }
        }
        return Optional.of(
                new Handover(writers, ends, memories, disabled, blocked, health, counts));
    }

    private static QueueMemory memory(String[] words) {
        return new QueueMemory(
                Long.parseLong(words[3]),
                CachedIds.parse(words[4], words[5]),
                words.length > 6 ? Long.parseLong(words[6]) : 0);
    }

    private static QueueName name(String[] words) {
        return new QueueName(QueueKind.valueOf(words[1]), words[2]);
    }

    private static String encoded(String token) {
        return Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static String process() {
        ProcessHandle own = ProcessHandle.current();
        long start = own.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return own.pid() + " " + start;
    }
}
