package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.api.QueueState;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Shows queues. */
final class QueueList {

    private static final String ROW = "%-20s %-36s %19s %12s %12s %12s %12s %12s  %-20s %s%n";

    private QueueList() {}

    static void printTable(List<QueueState> queues, PrintStream out) {
        if (queues.isEmpty()) {
            out.println("no queues");
        } else {
            out.printf(
                    ROW,
                    "PRIORITY",
                    "GENERATION",
                    "GENERATION ID",
                    "FIRST",
                    "NEXT",
                    "UNCONFIRMED",
                    "USED BYTES",
                    "ON DISK",
                    "OLDEST",
                    "OFFLINE");
        }
        for (QueueState queue : queues) {
            out.printf(
                    ROW,
                    queue.priority(),
                    queue.generationGuid().isEmpty() ? "-" : queue.generationGuid(),
                    queue.generationId(),
                    queue.firstUnconfirmedId(),
                    queue.nextId(),
                    unconfirmed(queue),
                    queue.usedBytes(),
                    queue.bytes(),
                    oldest(queue).orElse("-"),
                    queue.offline().orElse(""));
        }
        for (QueueState queue : queues) {
            if (queue.counters().shed() > 0) {
                out.printf(
                        "shed %d of %s %s for want of space, up to id %d%n",
                        queue.counters().shed(),
                        queue.priority(),
                        queue.generationGuid().isEmpty() ? "-" : queue.generationGuid(),
                        queue.counters().highestShedId());
            }
        }
        out.println("unconfirmed " + unconfirmed(queues));
    }

    static void printJson(List<QueueState> queues, PrintStream out) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayFieldStart("queues");
            for (QueueState queue : queues) {
                json.writeStartObject();
                json.writeStringField("priority", queue.priority().name());
                json.writeStringField("generation_guid", queue.generationGuid());
                json.writeNumberField("generation_id", queue.generationId());
                json.writeNumberField("first_unconfirmed_id", queue.firstUnconfirmedId());
                json.writeNumberField("next_id", queue.nextId());
                json.writeNumberField("unconfirmed", unconfirmed(queue));
                json.writeNumberField("bytes", queue.bytes());
                json.writeNumberField("used_bytes", queue.usedBytes());
                if (queue.counters().shed() > 0) {
                    json.writeNumberField("shed", queue.counters().shed());
                }
                if (queue.oldestTimestampMicros().isPresent()) {
                    json.writeNumberField(
                            "oldest_timestamp_us", queue.oldestTimestampMicros().get());
                }
                if (queue.offline().isPresent()) {
                    json.writeStringField("offline", queue.offline().get());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("unconfirmed", unconfirmed(queues));
            json.writeEndObject();
        }
        out.println(text);
    }

    private static long unconfirmed(List<QueueState> queues) {
        return queues.stream().mapToLong(QueueList::unconfirmed).sum();
    }

    private static long unconfirmed(QueueState queue) {
        return Math.max(0, queue.nextId() - queue.firstUnconfirmedId());
    }

    private static Optional<String> oldest(QueueState queue) {
        return queue.oldestTimestampMicros()
                .map(
                        micros ->
                                Instant.EPOCH
                                        .plus(micros, ChronoUnit.MICROS)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString());
    }
}
