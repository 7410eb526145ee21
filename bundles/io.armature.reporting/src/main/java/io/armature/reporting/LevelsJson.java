package io.armature.reporting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.api.QueueState;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** The queues as the console reads them (docs/formats/console.md). */
final class LevelsJson {

    /** Keeps the object below the console's limit. */
    private static final int MAX_QUEUES = 500;

    private LevelsJson() {}

    static String of(List<QueueState> queues, boolean uploader) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayFieldStart("queues");
            for (QueueState queue : queues.subList(0, Math.min(MAX_QUEUES, queues.size()))) {
                write(json, queue);
            }
            json.writeEndArray();
            json.writeBooleanField("uploader", uploader);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string cannot fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, QueueState queue) throws IOException {
        json.writeStartObject();
        json.writeStringField("priority", queue.priority().name());
        json.writeStringField("generation_guid", queue.generationGuid());
        json.writeNumberField("generation_id", queue.generationId());
        json.writeNumberField("first_unconfirmed_id", queue.firstUnconfirmedId());
        json.writeNumberField("next_id", queue.nextId());
        json.writeNumberField("bytes", queue.bytes());
        json.writeNumberField("used_bytes", queue.usedBytes());
        json.writeNumberField("shed", queue.counters().shed());
        if (queue.oldestTimestampMicros().isPresent()) {
            json.writeNumberField("oldest_timestamp_us", queue.oldestTimestampMicros().get());
        }
        if (queue.offline().isPresent()) {
            json.writeStringField("offline", queue.offline().get());
        }
        json.writeEndObject();
    }
}
