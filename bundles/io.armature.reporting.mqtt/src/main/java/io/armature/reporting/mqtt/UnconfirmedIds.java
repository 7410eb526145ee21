package io.armature.reporting.mqtt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Which ids are on their way or were published and wait for the server's confirmation, and from
 * when on each may be published again. Kept as runs of consecutive ids, so a full spool costs
 * little; losing this memory only means that something is sent twice. Not thread safe: belongs to
 * the bridge's thread.
 */
final class UnconfirmedIds {

    private static final int MAX_QUEUES = 1024;

    /** A run whose first id is its key in the map. */
    private static final class Run {
        private final long last;
        private final boolean oversized;
        private final int attempts;
        private final long allowedAtNanos;

        Run(long last, boolean oversized, int attempts, long allowedAtNanos) {
            this.last = last;
            this.oversized = oversized;
            this.attempts = attempts;
            this.allowedAtNanos = allowedAtNanos;
        }

        Run upTo(long newLast) {
            return new Run(newLast, oversized, attempts, allowedAtNanos);
        }

        Run from(long newAllowedAtNanos) {
            return new Run(last, oversized, attempts, newAllowedAtNanos);
        }

        boolean mayBeOffered(long nowNanos) {
            return nowNanos - allowedAtNanos >= 0;
        }
    }

    private final BackOff backOff;
    private final HeldIds held = new HeldIds();
    private final Map<QueueKey, TreeMap<Long, Run>> queues =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<QueueKey, TreeMap<Long, Run>> e) {
                    return size() > MAX_QUEUES;
                }
            };

    UnconfirmedIds(BackOff backOff) {
        this.backOff = backOff;
    }

    /** Whether the id may be published now. */
    boolean mayPublish(QueueKey queue, long id, long nowNanos) {
        if (held.contains(queue, id)) {
            return false;
        }
        TreeMap<Long, Run> runs = queues.get(queue);
        Map.Entry<Long, Run> run = runs == null ? null : runs.floorEntry(id);
        return run == null || run.getValue().last < id || run.getValue().mayBeOffered(nowNanos);
    }

    /** How often the id was published without a confirmation. */
    int attempts(QueueKey queue, long id) {
        TreeMap<Long, Run> runs = queues.get(queue);
        Map.Entry<Long, Run> run = runs == null ? null : runs.floorEntry(id);
        return run == null || run.getValue().last < id ? 0 : run.getValue().attempts;
    }

    /** The ids are in a packet that is to be published: not to be offered until it has ended. */
    void hold(QueueKey queue, IdRun ids) {
        held.add(queue, ids);
    }

    /** The packet has ended. */
    void release(QueueKey queue, IdRun ids) {
        held.remove(queue, ids);
    }

    /**
     * The ids were handed to the link; each time the wait gets longer.
     *
     * @return how often, this time included
     */
    int published(QueueKey queue, IdRun ids, long nowNanos) {
        TreeMap<Long, Run> runs = queues.computeIfAbsent(queue, key -> new TreeMap<>());
        int attempts = carve(runs, ids) + 1;
        long wait = TimeUnit.MILLISECONDS.toNanos(backOff.millisAfter(attempts));
        runs.put(ids.first(), new Run(ids.last(), false, attempts, nowNanos + wait));
        return attempts;
    }

    /** The broker has the ids: the wait of those that are not confirmed yet begins now. */
    void acknowledged(QueueKey queue, IdRun ids, long nowNanos) {
        TreeMap<Long, Run> runs = queues.get(queue);
        if (runs == null) {
            return;
        }
        for (Map.Entry<Long, Run> run :
                runs.subMap(ids.first(), true, ids.last(), true).entrySet()) {
            long wait = TimeUnit.MILLISECONDS.toNanos(backOff.millisAfter(run.getValue().attempts));
            run.setValue(run.getValue().from(nowNanos + wait));
        }
    }

    /** The ids never got an acknowledgement: they may be published again at once. */
    void failed(QueueKey queue, IdRun ids) {
        TreeMap<Long, Run> runs = queues.get(queue);
        if (runs != null) {
            carve(runs, ids);
            dropIfEmpty(queue, runs);
        }
    }

    /** The record fits into no packet: not to be tried before the longest wait is over. */
    void oversized(QueueKey queue, long id, long nowNanos) {
        TreeMap<Long, Run> runs = queues.computeIfAbsent(queue, key -> new TreeMap<>());
        carve(runs, new IdRun(id, id));
        long wait = TimeUnit.MILLISECONDS.toNanos(backOff.longestMillis());
        runs.put(id, new Run(id, true, 1, nowNanos + wait));
    }

    /** The server has all ids up to this one. */
    void confirmed(QueueKey queue, long id) {
        TreeMap<Long, Run> runs = queues.get(queue);
        if (runs != null && id >= 0) {
            carve(runs, new IdRun(0, id));
            dropIfEmpty(queue, runs);
        }
    }

    /** The server wants the queue again. */
    void forget(QueueKey queue) {
        queues.remove(queue);
    }

    /**
     * With a new connection all waits begin again with the shortest one: confirmations may have
     * been lost with the old.
     */
    void startAnew(long nowNanos) {
        long soon = nowNanos + TimeUnit.MILLISECONDS.toNanos(backOff.shortestMillis());
        for (TreeMap<Long, Run> runs : queues.values()) {
            runs.replaceAll(
                    (first, run) ->
                            run.oversized || run.allowedAtNanos - soon <= 0
                                    ? run
                                    : new Run(run.last, false, 1, soon));
        }
    }

    /** Ids not to be offered now, lowest first, at most {@code limit}. */
    List<Long> withheld(QueueKey queue, long nowNanos, int limit) {
        List<Long> ids = new ArrayList<>();
        long next = 0;
        for (IdRun run : withheld(queue, nowNanos)) {
            for (long id = Math.max(next, run.first()); id <= run.last(); id++) {
                if (ids.size() == limit) {
                    return ids;
                }
                ids.add(id);
            }
            next = Math.max(next, run.last() + 1);
        }
        return ids;
    }

    private List<IdRun> withheld(QueueKey queue, long nowNanos) {
        List<IdRun> all = new ArrayList<>(held.runs(queue));
        queues.getOrDefault(queue, new TreeMap<>())
                .forEach(
                        (first, run) -> {
                            if (!run.mayBeOffered(nowNanos)) {
                                all.add(new IdRun(first, run.last));
                            }
                        });
        all.sort(Comparator.comparingLong(IdRun::first));
        return all;
    }

    /** Queues remembered. */
    int size() {
        return queues.size();
    }

    /** Takes ids out of the runs and returns the highest number of attempts among them. */
    private static int carve(TreeMap<Long, Run> runs, IdRun ids) {
        int attempts = 0;
        Map.Entry<Long, Run> before = runs.lowerEntry(ids.first());
        if (before != null && before.getValue().last >= ids.first()) {
            Run run = before.getValue();
            attempts = run.attempts;
            runs.put(before.getKey(), run.upTo(ids.first() - 1));
            if (run.last > ids.last()) {
                runs.put(ids.last() + 1, run);
            }
        }
        Map.Entry<Long, Run> inside = runs.ceilingEntry(ids.first());
        while (inside != null && inside.getKey() <= ids.last()) {
            Run run = inside.getValue();
            attempts = Math.max(attempts, run.attempts);
            runs.remove(inside.getKey());
            if (run.last > ids.last()) {
                runs.put(ids.last() + 1, run);
            }
            inside = runs.ceilingEntry(ids.first());
        }
        return attempts;
    }

    private void dropIfEmpty(QueueKey queue, TreeMap<Long, Run> runs) {
        if (runs.isEmpty()) {
            queues.remove(queue);
        }
    }
}
