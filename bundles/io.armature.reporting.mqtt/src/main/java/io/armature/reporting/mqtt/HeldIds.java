package io.armature.reporting.mqtt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ids whose packets wait or are on their way. Bounded by what may wait. Not thread safe: belongs to
 * the bridge's thread.
 */
final class HeldIds {

    /** The last id of each run by its first. */
    private final Map<QueueKey, TreeMap<Long, Long>> queues = new HashMap<>();

    /**
     * @param ids none of which is held already
     */
    void add(QueueKey queue, IdRun ids) {
        queues.computeIfAbsent(queue, key -> new TreeMap<>()).put(ids.first(), ids.last());
    }

    /** Takes out what was added. */
    void remove(QueueKey queue, IdRun ids) {
        TreeMap<Long, Long> runs = queues.get(queue);
        if (runs != null) {
            runs.remove(ids.first());
            if (runs.isEmpty()) {
                queues.remove(queue);
            }
        }
    }

    boolean contains(QueueKey queue, long id) {
        TreeMap<Long, Long> runs = queues.get(queue);
        Map.Entry<Long, Long> run = runs == null ? null : runs.floorEntry(id);
        return run != null && id <= run.getValue();
    }

    /** In their order. */
    List<IdRun> runs(QueueKey queue) {
        TreeMap<Long, Long> runs = queues.get(queue);
        return runs == null
                ? List.of()
                : runs.entrySet().stream()
                        .map(run -> new IdRun(run.getKey(), run.getValue()))
                        .toList();
    }
}
