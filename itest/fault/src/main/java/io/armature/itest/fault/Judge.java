package io.armature.itest.fault;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.queue.QueueKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares what the writers were promised with what the server has: invariants I1 to I4 and I6 of
 * the specification. One complaint a line, each starting with a word in capitals.
 */
final class Judge {

    private final long seed;
    private final Ledger ledger;
    private final FakeServer server;
    private final Counters counters;
    private final Set<String> damaged;
    private final List<String> complaints = new ArrayList<>();

    private Judge(
            long seed, Ledger ledger, FakeServer server, Counters counters, Set<String> damaged) {
        this.counters = counters;
        this.damaged = damaged;
        this.seed = seed;
        this.ledger = ledger;
        this.server = server;
    }

    /**
     * Empty when every promise was kept.
     *
     * @param damaged directories of queues that may have gaps, in ids that nobody was told OK
     */
    static List<String> complaints(
            long seed, Ledger ledger, FakeServer server, Counters counters, Set<String> damaged) {
        Judge judge = new Judge(seed, ledger, server, counters, damaged);
        judge.complaints.addAll(server.complaints());
        judge.complaints.addAll(counters.complaints());
        judge.everyReceiptArrived();
        judge.nothingElseArrived();
        server.queues().forEach(judge::chainHolds);
        server.gaps().keySet().forEach(judge::gaps);
        judge.writersKeptTheirOrder();
        return List.copyOf(judge.complaints);
    }

    private void everyReceiptArrived() {
        ledger.receipts()
                .forEach(
                        (key, position) -> {
                            byte[] expected = offer(key).content();
                            server.contentAt(position)
                                    .ifPresentOrElse(
                                            found -> {
                                                if (!Arrays.equals(expected, found)) {
                                                    complaints.add(
                                                            "OTHER content than "
                                                                    + key
                                                                    + " at "
                                                                    + position);
                                                }
                                            },
                                            () -> {
                                                if (!shed(position)) {
                                                    complaints.add(
                                                            "LOST " + key + " OK at " + position);
                                                }
                                            });
                        });
    }

    private void nothingElseArrived() {
        Map<Offer.Key, String> seen = new HashMap<>();
        server.queues()
                .forEach(
                        (queue, records) ->
                                records.forEach(
                                        (id, stored) ->
                                                once(
                                                        stored.wrapped()
                                                                .getRecord()
                                                                .getData()
                                                                .toByteArray(),
                                                        queue + " id " + id,
                                                        seen)));
    }

    private void once(byte[] content, String at, Map<Offer.Key, String> seen) {
        Offer.Key key = Offer.keyOf(content).orElse(null);
        if (key == null || !ledger.wasOffered(key)) {
            complaints.add("STRANGER nobody offered what is at " + at);
            return;
        }
        if (!Arrays.equals(offer(key).content(), content)) {
            complaints.add("OTHER bytes than " + key + " offered at " + at);
        }
        String first = seen.putIfAbsent(key, at);
        if (first != null) {
            complaints.add("TWICE " + key + " at " + first + " and at " + at);
        }
    }

    private boolean mayHaveGaps(FakeServer.Queue queue) {
        Priority priority = Priority.forNumber(queue.priority());
        String directory = QueueKind.of(priority).orElseThrow().directory();
        return damaged.contains(
                queue.guid().isEmpty() ? directory : directory + "." + queue.guid());
    }

    /** Ids that came as gaps only. */
    private Set<Long> lost(FakeServer.Queue queue) {
        Set<Long> lost = new TreeSet<>(server.gaps().getOrDefault(queue, new TreeMap<>()).keySet());
        lost.removeAll(server.queues().getOrDefault(queue, new TreeMap<>()).keySet());
        return lost;
    }

    /** As many as were shed, or ids that nobody was told OK where frames were torn. */
    private void gaps(FakeServer.Queue queue) {
        QueueCounters told = counters.of(queue);
        Set<Long> lost = lost(queue);
        Set<Long> answered = new TreeSet<>(lost);
        answered.retainAll(answeredIn(queue));
        boolean later = answered.stream().anyMatch(id -> id > told.highestShedId());
        if (answered.size() > told.shed() || later) {
            complaints.add("GAP " + queue + " ids " + answered + ", but told was " + told);
        }
        if (lost.size() > told.shed() && !mayHaveGaps(queue)) {
            complaints.add("GAP of nothing in " + queue + " ids " + lost + ", told was " + told);
        }
        if (queue.priority() == Priority.SECURITY.getNumber() && told.shed() > 0) {
            complaints.add("GAP " + queue + " shed " + told);
        }
    }

    private Set<Long> answeredIn(FakeServer.Queue queue) {
        return ledger.receipts().values().stream()
                .filter(position -> queueOf(position).equals(queue))
                .map(Enqueued::sequencingId)
                .collect(Collectors.toSet());
    }

    private static FakeServer.Queue queueOf(Enqueued position) {
        return new FakeServer.Queue(
                position.priority().getNumber(),
                position.generationGuid(),
                position.generationId());
    }

    /** That more came as gaps than were shed is another complaint. */
    private boolean shed(Enqueued position) {
        FakeServer.Queue queue = queueOf(position);
        return counters.of(queue).shed() > 0 && lost(queue).contains(position.sequencingId());
    }

    private void chainHolds(FakeServer.Queue queue, NavigableMap<Long, FakeServer.Stored> records) {
        Set<Long> gaps = server.gaps().getOrDefault(queue, new TreeMap<>()).keySet();
        long expected = 0;
        ByteString previous = ByteString.EMPTY;
        for (Map.Entry<Long, FakeServer.Stored> entry : records.entrySet()) {
            long id = entry.getKey();
            for (long missing = expected; missing < id; missing++) {
                if (!gaps.contains(missing)) {
                    complaints.add("HOLE " + queue + " id " + missing);
                }
            }
            boolean follows = entry.getValue().wrapped().getLastRecordDigest().equals(previous);
            if (id == expected && !follows) {
                complaints.add("CHAIN broken at " + queue + " id " + id);
            }
            previous = entry.getValue().wrapped().getRecordDigest();
            expected = id + 1;
        }
    }

    private void writersKeptTheirOrder() {
        Map<String, Enqueued> last = new HashMap<>();
        ledger.receipts().entrySet().stream()
                .sorted(Comparator.comparingLong(e -> e.getKey().number()))
                .forEach(
                        e -> {
                            Enqueued at = e.getValue();
                            String lane =
                                    e.getKey().writer()
                                            + " "
                                            + at.priority()
                                            + at.generationGuid()
                                            + at.generationId();
                            Enqueued before = last.put(lane, at);
                            if (before != null && before.sequencingId() >= at.sequencingId()) {
                                complaints.add("SWAPPED " + before + " then " + at);
                            }
                        });
    }

    private Offer offer(Offer.Key key) {
        return Offer.of(seed, key.writer(), key.number());
    }
}
