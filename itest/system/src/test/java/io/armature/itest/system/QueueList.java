package io.armature.itest.system;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What {@code report list} says. */
record QueueList(List<Map<String, Object>> queues, long unconfirmed) {

    private static final long DEADLINE_SECONDS = 60;

    static QueueList of(Appliance device) throws IOException {
        Map<String, Object> list =
                Json.object(Json.parse(device.run("report", "list", "--json").ok().text()));
        return new QueueList(
                Json.list(list.get("queues")).stream().map(Json::object).toList(),
                (Long) list.get("unconfirmed"));
    }

    /**
     * Asks until nothing is unconfirmed: a confirmation is seen by nobody outside. Each question is
     * a whole command, so this does not spin.
     */
    static void awaitEmpty(Appliance device) throws IOException {
        QueueList list = whenEmpty(device, DEADLINE_SECONDS);
        if (list.unconfirmed() > 0) {
            throw new AssertionError(
                    list.unconfirmed() + " records unconfirmed\n" + device.logTail());
        }
    }

    /** As {@link #awaitEmpty}; after the deadline the list with what is still unconfirmed. */
    static QueueList whenEmpty(Appliance device, long seconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        QueueList list = of(device);
        while (list.unconfirmed() > 0 && System.nanoTime() < deadline) {
            list = of(device);
        }
        return list;
    }
}
