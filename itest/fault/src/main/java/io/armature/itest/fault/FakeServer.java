package io.armature.itest.fault;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.WrappedRecord;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A reporting server in memory: opens what comes, keeps one record a position and complains of what
 * must not be. Confined to one thread at a time.
 */
final class FakeServer {

    /** A queue of one boot. */
    record Queue(int priority, String guid, long generationId) {}

    /** What stands at one position. */
    record Stored(EncryptedRecord sealed, WrappedRecord wrapped) {}

    private final ServerKeys keys;
    private final Map<Queue, NavigableMap<Long, Stored>> queues = new LinkedHashMap<>();
    private final Map<Queue, NavigableMap<Long, Integer>> gaps = new LinkedHashMap<>();
    private final Map<Queue, Long> next = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private long duplicates;
    private long records;

    FakeServer(ServerKeys keys) {
        this.keys = keys;
    }

    /**
     * Stores a batch.
     *
     * @return up to where the queue may be confirmed; none if its first record is missing
     */
    Optional<SequenceInformation> store(List<EncryptedRecord> batch) {
        SequenceInformation last = null;
        for (EncryptedRecord record : batch) {
            SequenceInformation sequence = record.getSequenceInformation();
            if (last != null && sequence.getSequencingId() != last.getSequencingId() + 1) {
                complaints.add("ORDER batch goes from " + name(last) + " to " + name(sequence));
            }
            last = sequence;
            store(record);
        }
        return Optional.ofNullable(last)
                .map(this::withoutHole)
                .filter(end -> end.getSequencingId() >= 0);
    }

    /** Everything below may be confirmed: ids came without a hole, as records or gaps. */
    private SequenceInformation withoutHole(SequenceInformation last) {
        Queue queue = queue(last);
        NavigableMap<Long, Stored> records = queues.getOrDefault(queue, new TreeMap<>());
        NavigableMap<Long, Integer> missing = gaps.getOrDefault(queue, new TreeMap<>());
        long id = next.getOrDefault(queue, 0L);
        while (records.containsKey(id) || missing.containsKey(id)) {
            id++;
        }
        next.put(queue, id);
        return last.toBuilder().setSequencingId(id - 1).build();
    }

    private static Queue queue(SequenceInformation at) {
        return new Queue(
                at.getPriority().getNumber(), at.getGenerationGuid(), at.getGenerationId());
    }

    private void store(EncryptedRecord record) {
        SequenceInformation at = record.getSequenceInformation();
        Queue queue = queue(at);
        if (!record.hasEncryptedWrappedRecord()) {
            gap(queue, at.getSequencingId());
            return;
        }
        records++;
        EncryptedRecord sealed = record.toBuilder().clearSequenceInformation().build();
        NavigableMap<Long, Stored> stored = queues.computeIfAbsent(queue, q -> new TreeMap<>());
        Stored before = stored.get(at.getSequencingId());
        if (before != null) {
            duplicates++;
            if (!before.sealed().equals(sealed)) {
                complaints.add("CHANGED two contents at " + name(at));
            }
            return;
        }
        if (gaps.getOrDefault(queue, new TreeMap<>()).containsKey(at.getSequencingId())) {
            complaints.add("RETURNED with content after it came as a gap: " + name(at));
        }
        open(sealed, at).ifPresent(w -> stored.put(at.getSequencingId(), new Stored(sealed, w)));
    }

    /**
     * What a queue has confirmed and deleted may come as a gap, if a power cut takes back that
     * something before it was deleted, too.
     */
    private void gap(Queue queue, long id) {
        if (!queues.getOrDefault(queue, new TreeMap<>()).containsKey(id)) {
            gaps.computeIfAbsent(queue, q -> new TreeMap<>()).merge(id, 1, Integer::sum);
        }
    }

    private Optional<WrappedRecord> open(EncryptedRecord sealed, SequenceInformation at) {
        try {
            WrappedRecord wrapped = WrappedRecord.parseFrom(keys.open(sealed));
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(wrapped.getRecord().toByteArray());
            if (!ByteString.copyFrom(digest).equals(wrapped.getRecordDigest())) {
                complaints.add("DIGEST wrong at " + name(at));
            }
            return Optional.of(wrapped);
        } catch (GeneralSecurityException e) {
            complaints.add("SEAL does not open at " + name(at) + ": " + e.getMessage());
        } catch (InvalidProtocolBufferException e) {
            complaints.add("PARSE not a wrapped record at " + name(at) + ": " + e.getMessage());
        } catch (IOException e) {
            complaints.add("SNAPPY does not decompress at " + name(at) + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    /** Its key, to be delivered. */
    SignedEncryptionInfo signedKey() {
        return keys.signedKey();
    }

    Optional<byte[]> contentAt(Enqueued position) {
        NavigableMap<Long, Stored> queue =
                queues.get(
                        new Queue(
                                position.priority().getNumber(),
                                position.generationGuid(),
                                position.generationId()));
        return Optional.ofNullable(queue)
                .map(q -> q.get(position.sequencingId()))
                .map(s -> s.wrapped().getRecord().getData().toByteArray());
    }

    Map<Queue, NavigableMap<Long, Stored>> queues() {
        return queues;
    }

    /** Ids that came as gaps. */
    Map<Queue, NavigableMap<Long, Integer>> gaps() {
        return gaps;
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Records that came again. */
    long duplicates() {
        return duplicates;
    }

    /** Records that came, again or not. */
    long records() {
        return records;
    }

    private static String name(SequenceInformation at) {
        return at.getPriority()
                + " "
                + at.getGenerationGuid()
                + "/"
                + at.getGenerationId()
                + " id "
                + at.getSequencingId();
    }
}
