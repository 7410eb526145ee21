package io.armature.backend.reporting.audit;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.StoredIds;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Accounts for the ids of one queue, whose entries come in any order. Keeps runs of ids, not the
 * ids themselves. One thread.
 */
final class QueueAudit {

    /**
     * Ids in a row.
     *
     * @param end last id + 1
     * @param before digest that the first one names as its predecessor's; null if it is no record
     * @param after digest of the last one; null if it is no record
     */
    private record Run(long from, long end, ByteString before, ByteString after) {}

    private final TreeMap<Long, Run> runs = new TreeMap<>();
    private final Map<StoredIds.Kind, Long> kinds = new EnumMap<>(StoredIds.Kind.class);
    private long duplicates;
    private long linked;
    private long chainBreaks;

    void add(StoredIds ids) {
        long end = ids.id() + ids.count();
        long from = ids.id();
        while (from < end) {
            Run run = covering(from);
            if (run != null) {
                long covered = Math.min(end, run.end()) - from;
                duplicates += covered;
                from += covered;
            } else {
                Long next = runs.ceilingKey(from);
                long to = next == null ? end : Math.min(end, next);
                kinds.merge(ids.kind(), to - from, Long::sum);
                boolean record = ids.kind() == StoredIds.Kind.RECORD;
                add(from, to, record ? ids.previous() : null, record ? ids.digest() : null);
                from = to;
            }
        }
    }

    private Run covering(long id) {
        Map.Entry<Long, Run> run = runs.floorEntry(id);
        return run != null && id < run.getValue().end() ? run.getValue() : null;
    }

    private void add(long from, long end, ByteString before, ByteString after) {
        Run run = new Run(from, end, before, after);
        if (from == 0) {
            meet(ByteString.EMPTY, before);
        }
        Map.Entry<Long, Run> below = runs.lowerEntry(from);
        if (below != null && below.getValue().end() == from) {
            runs.remove(below.getKey());
            meet(below.getValue().after(), before);
            run = new Run(below.getKey(), end, below.getValue().before(), after);
        }
        Run above = runs.remove(end);
        if (above != null) {
            meet(after, above.before());
            run = new Run(run.from(), above.end(), run.before(), above.after());
        }
        runs.put(run.from(), run);
    }

    private void meet(ByteString digest, ByteString named) {
        if (digest != null && named != null) {
            if (digest.equals(named)) {
                linked++;
            } else {
                chainBreaks++;
            }
        }
    }

    /**
     * Adds up.
     *
     * @param said what the device says of the queue; none if it never said anything
     */
    Account account(Optional<Statement.Queue> said) {
        long highest = runs.isEmpty() ? 0 : runs.lastEntry().getValue().end();
        long ids = Math.max(highest, said.map(Statement.Queue::accepted).orElse(0L));
        long kept = said.map(Statement.Queue::kept).orElse(ids);
        long missing = Math.min(kept, ids) - storedBelow(kept);
        long inFlight = ids - storedBelow(ids) - missing;
        long confirmed = of(StoredIds.Kind.RECORD);
        long gaps = of(StoredIds.Kind.GAP);
        long shed = Math.min(gaps, said.map(Statement.Queue::shed).orElse(0L));
        return new Account(
                ids,
                confirmed,
                of(StoredIds.Kind.REFUSED),
                shed,
                gaps - shed,
                inFlight,
                of(StoredIds.Kind.GIVEN_UP),
                missing,
                duplicates,
                linked,
                chainBreaks,
                confirmed - linked - chainBreaks);
    }

    private long storedBelow(long id) {
        return runs.headMap(id).values().stream()
                .mapToLong(run -> Math.min(id, run.end()) - run.from())
                .sum();
    }

    private long of(StoredIds.Kind kind) {
        return kinds.getOrDefault(kind, 0L);
    }
}
