package io.armature.backend.reporting.storage;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.QueueName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is stored of each queue, so many queues and islands of ids for a device: what one device
 * sends costs the others neither memory nor time.
 *
 * <p>One thread changes it; any thread may call {@link #get}.
 */
final class StoredQueues {

    /** Islands of ids of all queues of a device; beyond, a queue may have one, to end its hole. */
    static final int RUNS_OF_DEVICE_LIMIT = 16_384;

    /** A device's queues, the longest unused first. */
    private static final class OfDevice {
        private final Map<QueueName, StoredQueue> queues = new LinkedHashMap<>(16, 0.75f, true);
        private int runs;
    }

    private final int queuesPerDevice;
    private final Map<QueueName, StoredQueue> all = new ConcurrentHashMap<>();
    private final Map<String, OfDevice> devices = new HashMap<>();
    private long uses;

    /**
     * @param queuesPerDevice 1 or more; beyond, the longest unused is forgotten
     */
    StoredQueues(int queuesPerDevice) {
        this.queuesPerDevice = queuesPerDevice;
    }

    /** Forgets all but these. */
    void restore(Map<QueueName, StoredQueue> known) {
        all.clear();
        devices.clear();
        known.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().touched()))
                .forEach(entry -> put(entry.getKey(), entry.getValue()));
        uses = known.values().stream().mapToLong(StoredQueue::touched).max().orElse(0);
    }

    /** All queues; a view. */
    Map<QueueName, StoredQueue> all() {
        return all;
    }

    /** A queue; null if nothing is known of it. Any thread may ask. */
    StoredQueue get(QueueName name) {
        return all.get(name);
    }

    /** A queue, which is now the last that was used; an empty one if nothing is known of it. */
    StoredQueue use(QueueName name) {
        OfDevice device = devices.get(name.device());
        StoredQueue queue = device == null ? null : device.queues.get(name);
        if (queue == null) {
            queue = new StoredQueue();
            put(name, queue);
        }
        queue.touch(++uses);
        return queue;
    }

    private void put(QueueName name, StoredQueue queue) {
        OfDevice device = devices.computeIfAbsent(name.device(), unused -> new OfDevice());
        while (device.queues.size() >= queuesPerDevice) {
            Iterator<Map.Entry<QueueName, StoredQueue>> oldest =
                    device.queues.entrySet().iterator();
            Map.Entry<QueueName, StoredQueue> forgotten = oldest.next();
            oldest.remove();
            all.remove(forgotten.getKey());
            device.runs -= forgotten.getValue().runs().size();
        }
        device.queues.put(name, queue);
        device.runs += queue.runs().size();
        all.put(name, queue);
    }

    /** Whether there is room for this id, which a queue in use does not contain. */
    boolean accepts(QueueName name, StoredQueue queue, long id) {
        return id == queue.next()
                || queue.runs().isEmpty()
                || (queue.accepts(id) && devices.get(name.device()).runs < RUNS_OF_DEVICE_LIMIT);
    }

    /** Adds ids to a queue in use, as {@link StoredQueue#add}. */
    StoredQueue.Link add(
            QueueName name,
            StoredQueue queue,
            long id,
            long count,
            ByteString before,
            ByteString after) {
        int runs = queue.runs().size();
        StoredQueue.Link link = queue.add(id, count, before, after);
        devices.get(name.device()).runs += queue.runs().size() - runs;
        return link;
    }

    /** Records of the device were not taken: what is missing may not be lost. */
    void missed(String name) {
        OfDevice device = devices.get(name);
        if (device != null) {
            device.queues.values().forEach(StoredQueue::missedSomething);
        }
    }
}
