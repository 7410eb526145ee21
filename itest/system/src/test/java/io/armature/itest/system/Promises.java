package io.armature.itest.system;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Compares what writers were told with what the server has. */
final class Promises {

    private Promises() {}

    /** One complaint a line; none if every promise was kept. */
    static List<String> broken(Collection<? extends Promised> writers, List<ServerRecord> records) {
        List<String> complaints = new ArrayList<>();
        Map<Receipt, ServerRecord> byPosition = new HashMap<>();
        Map<String, ServerRecord> byText = new HashMap<>();
        Map<String, NavigableMap<Long, ServerRecord>> queues = new TreeMap<>();
        Set<String> offered = new HashSet<>();
        writers.forEach(writer -> offered.addAll(writer.offered()));
        for (ServerRecord record : records) {
            Receipt at = record.position();
            if (byPosition.put(at, record) != null) {
                complaints.add("TWICE the same position: " + at);
            }
            if (byText.put(record.text(), record) != null) {
                complaints.add("TWICE the same record: " + record.text());
            }
            if (!offered.contains(record.text())) {
                complaints.add("STRANGER nobody offered " + record.text());
            }
            queues.computeIfAbsent(
                            at.priority() + " " + at.guid() + " " + at.generation(),
                            q -> new TreeMap<>())
                    .put(at.id(), record);
        }
        for (Promised writer : writers) {
            writer.receipts()
                    .forEach(
                            (text, receipt) -> {
                                ServerRecord found = byPosition.get(receipt);
                                if (found == null) {
                                    complaints.add("LOST " + text + " OK at " + receipt);
                                } else if (!found.text().equals(text)) {
                                    complaints.add("OTHER content at " + receipt);
                                }
                            });
        }
        queues.forEach(
                (queue, ids) -> {
                    if (ids.firstKey() != 0 || ids.lastKey() != ids.size() - 1) {
                        complaints.add(
                                "HOLE in "
                                        + queue
                                        + ": "
                                        + ids.size()
                                        + " records, ids "
                                        + ids.firstKey()
                                        + " to "
                                        + ids.lastKey());
                    }
                });
        return complaints;
    }
}
