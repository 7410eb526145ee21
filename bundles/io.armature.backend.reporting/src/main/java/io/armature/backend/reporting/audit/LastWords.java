package io.armature.backend.reporting.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.reporting.proto.NotedCounters;
import io.armature.reporting.proto.QueueCounters;
import io.armature.reporting.proto.SignedCounters;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * The last that a device said of each of its queues, as a server notes it. A statement names the
 * queues that the device has; what it said of one that has gone since still counts, or ids that it
 * once accepted would be forgotten with the queue.
 *
 * @param last its last statement; none if it stated nothing since it was enrolled
 * @param stated when that came, by the server's clock; none if nobody noted it
 * @param gone queues that the last statement does not name, the longest gone first
 * @param forgotten how many more of these there were for which there is no room
 */
public record LastWords(
        Optional<Statement> last,
        Optional<Instant> stated,
        Map<QueueName, Statement.Queue> gone,
        long forgotten) {

    private static final LastWords NONE =
            new LastWords(Optional.empty(), Optional.empty(), Map.of(), 0);

    /** Every storage takes a note of this size. */
    private static final int NOTE_LIMIT_BYTES = 64 << 10;

    /** What the count of those forgotten takes, with some to spare. */
    private static final int COUNT_BYTES = 16;

    /** What one more queue takes besides its counters: the field's number and their length. */
    private static final int ENTRY_BYTES = 2;

    public LastWords {
        gone = Collections.unmodifiableMap(new LinkedHashMap<>(gone));
    }

    /** What a storage has of a device. */
    public static LastWords of(RecordStorage storage, String device) throws IOException {
        return of(device, storage.noted(device));
    }

    /** What a storage has of each device that it has any note of, or of the given one. */
    public static Map<String, LastWords> all(RecordStorage storage, Optional<String> device)
            throws IOException {
        Map<String, LastWords> all = new TreeMap<>();
        for (String one : device.isPresent() ? Set.of(device.get()) : storage.notedDevices()) {
            all.put(one, of(storage, one));
        }
        return all;
    }

    private static LastWords of(String device, Map<String, ByteString> notes) {
        try {
            NotedCounters noted =
                    NotedCounters.parseFrom(notes.getOrDefault(Statement.NOTE, ByteString.EMPTY));
            SignedCounters signed =
                    SignedCounters.newBuilder()
                            .setCounters(noted.getCounters())
                            .setSignature(noted.getSignature())
                            .build();
            ByteString key = notes.getOrDefault(Statement.KEY_NOTE, ByteString.EMPTY);
            return new LastWords(
                    Statement.of(device, key, signed),
                    noted.hasStatedUs()
                            ? Optional.of(
                                    Instant.EPOCH.plus(noted.getStatedUs(), ChronoUnit.MICROS))
                            : Optional.empty(),
                    Statement.queues(device, noted.getGoneList()),
                    noted.getForgotten());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return NONE;
        }
    }

    /** What counts for each queue that the device ever named. One that is gone keeps nothing. */
    public Map<QueueName, Statement.Queue> queues() {
        Map<QueueName, Statement.Queue> queues = new LinkedHashMap<>(gone);
        last.ifPresent(
                statement -> {
                    queues.replaceAll(
                            (name, queue) ->
                                    new Statement.Queue(
                                            queue.accepted(), queue.shed(), queue.accepted()));
                    queues.putAll(statement.queues());
                });
        return queues;
    }

    /**
     * The note to make of a newer statement.
     *
     * @param signed as it came
     * @param said what it says
     * @param stored whether an id is stored for sure; false is always right
     */
    public ByteString with(
            SignedCounters signed,
            Statement said,
            Instant now,
            BiPredicate<QueueName, Long> stored) {
        Map<QueueName, Statement.Queue> missed = named();
        missed.keySet().removeAll(said.queues().keySet());
        missed.entrySet().removeIf(queue -> saysNothing(queue.getKey(), queue.getValue(), stored));
        NotedCounters.Builder note =
                NotedCounters.newBuilder()
                        .setCounters(signed.getCounters())
                        .setSignature(signed.getSignature())
                        .setStatedUs(ChronoUnit.MICROS.between(Instant.EPOCH, now));
        if (signed.hasPublicKey()) {
            note.setPublicKey(signed.getPublicKey());
        }
        return noted(note, missed);
    }

    /** The note to make when the device gets another key. */
    public ByteString withoutStatement() {
        return noted(NotedCounters.newBuilder(), named());
    }

    private Map<QueueName, Statement.Queue> named() {
        Map<QueueName, Statement.Queue> queues = new LinkedHashMap<>(gone);
        last.ifPresent(statement -> queues.putAll(statement.queues()));
        return queues;
    }

    /** Its last id is stored and nothing was shed: what is stored says the same. */
    private static boolean saysNothing(
            QueueName name, Statement.Queue queue, BiPredicate<QueueName, Long> stored) {
        return queue.shed() == 0
                && (queue.accepted() == 0 || stored.test(name, queue.accepted() - 1));
    }

    /** Leaves out what does not fit: queues that were confirmed as a whole first, then old ones. */
    private ByteString noted(NotedCounters.Builder note, Map<QueueName, Statement.Queue> queues) {
        List<Map.Entry<QueueName, Statement.Queue>> best = new ArrayList<>(queues.entrySet());
        Collections.reverse(best);
        best.sort(Comparator.comparing(queue -> wasConfirmed(queue.getValue())));
        int room = NOTE_LIMIT_BYTES - COUNT_BYTES - note.build().getSerializedSize();
        Set<QueueName> kept = new HashSet<>();
        for (Map.Entry<QueueName, Statement.Queue> queue : best) {
            room -= ENTRY_BYTES + counters(queue.getKey(), queue.getValue()).getSerializedSize();
            if (room >= 0) {
                kept.add(queue.getKey());
            }
        }
        queues.forEach(
                (name, queue) -> {
                    if (kept.contains(name)) {
                        note.addGone(counters(name, queue));
                    }
                });
        return note.setForgotten(forgotten + queues.size() - kept.size()).build().toByteString();
    }

    private static boolean wasConfirmed(Statement.Queue queue) {
        return queue.shed() == 0 && queue.kept() == queue.accepted();
    }

    private static QueueCounters counters(QueueName name, Statement.Queue queue) {
        return QueueCounters.newBuilder()
                .setPriority(name.priority())
                .setGenerationGuid(name.generationGuid())
                .setGenerationId(name.generationId())
                .setAccepted(queue.accepted())
                .setShed(queue.shed())
                .setFirstUnconfirmedId(queue.kept())
                .build();
    }
}
