package io.armature.itest.fault;

import io.armature.itest.fault.FakeServer.Queue;
import io.armature.reporting.api.QueueCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the device says that became of its records, the last word of each queue. Thread-safe. */
final class Counters {

    private final Map<Queue, QueueCounters> last = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();

    synchronized void heard(Queue queue, QueueCounters counters) {
        QueueCounters before = last.put(queue, counters);
        // A power cut may bring a part of a queue back that had ended: then fewer were accepted.
        boolean fell =
                before != null
                        && (counters.shed() < before.shed()
                                || counters.highestShedId() < before.highestShedId());
        if (fell) {
            complaints.add("COUNTER of " + queue + " went from " + before + " to " + counters);
        }
        if (counters.shed() > counters.accepted()
                || counters.highestShedId() >= counters.accepted()) {
            complaints.add("COUNTER of " + queue + " tells more shed than accepted: " + counters);
        }
    }

    synchronized QueueCounters of(Queue queue) {
        return last.getOrDefault(queue, QueueCounters.withoutLoss(0));
    }

    synchronized long shed() {
        return last.values().stream().mapToLong(QueueCounters::shed).sum();
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }
}
