package io.armature.itest.fault;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.proto.Priority;
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
import java.util.stream.LongStream;

/**
 * Compares what the writers were promised with what the server has: invariants I1 to I4 and I6 of
 * the specification. One complaint a line, each starting with a word in capitals.
 */
final class Judge {

    private final long seed;
    private final Ledger ledger;
    private final FakeServer server;
    private final Counters counters;
    private final List<String> complaints = new ArrayList<>();

    private Judge(long seed, Ledger ledger, FakeServer server, Counters counters) {
        this.seed = seed;
        this.ledger = ledger;
        this.server = server;
        this.counters = counters;
    }

    /** Empty when every promise was kept. */
    static List<String> complaints(long seed, Ledger ledger, FakeServer server, Counters counters) {
        Judge judge = new Judge(seed, ledger, server, counters);
        judge.complaints.addAll(server.complaints());
        judge.complaints.addAll(counters.complaints());
        judge.everyReceiptArrived();
        judge.nothingElseArrived();
        server.queues().forEach(judge::chainHolds);
        server.gaps().keySet().forEach(judge::gapsAreShed);
        judge.writersKeptTheirOrder();
        return List.copyOf(judge.complaints);
    }

    /** Ids that came as gaps only: as many as were shed, or fewer. */
    private Set<Long> lost(FakeServer.Queue queue) {
        Set<Long> lost = new TreeSet<>(server.gaps().getOrDefault(queue, new TreeMap<>()).keySet());
        lost.removeAll(server.queues().getOrDefault(queue, new TreeMap<>()).keySet());
        return lost;
    }

    private void gapsAreShed(FakeServer.Queue queue) {
        QueueCounters told = counters.of(queue);
        Set<Long> lost = lost(queue);
        boolean later = lost.stream().anyMatch(id -> id > told.highestShedId());
        if (lost.size() > told.shed() || later) {
            complaints.add("GAP " + queue + " ids " + lost + ", but told was " + told);
        }
        if (queue.priority() == Priority.SECURITY.getNumber() && told.shed() > 0) {
            complaints.add("GAP " + queue + " shed " + told);
        }
    }

    private boolean shed(Enqueued position) {
        return lost(new FakeServer.Queue(
                        position.priority().getNumber(),
                        position.generationGuid(),
                        position.generationId()))
                .contains(position.sequencingId());
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

    private void chainHolds(FakeServer.Queue queue, NavigableMap<Long, FakeServer.Stored> records) {
        long expected = 0;
        ByteString previous = ByteString.EMPTY;
        for (Map.Entry<Long, FakeServer.Stored> entry : records.entrySet()) {
            if (entry.getKey() != expected) {
                Set<Long> shed = lost(queue);
                if (LongStream.range(expected, entry.getKey()).allMatch(shed::contains)) {
                    expected = entry.getKey() + 1;
                    previous = entry.getValue().wrapped().getRecordDigest();
                    continue;
                }
                complaints.add(
                        "HOLE " + queue + " ids " + expected + " to " + (entry.getKey() - 1));
            } else if (!entry.getValue().wrapped().getLastRecordDigest().equals(previous)) {
                complaints.add("CHAIN broken at " + queue + " id " + entry.getKey());
            }
            previous = entry.getValue().wrapped().getRecordDigest();
            expected = entry.getKey() + 1;
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
