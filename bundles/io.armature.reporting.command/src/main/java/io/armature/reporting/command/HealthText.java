package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.HealthDataHistory;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.StorageQueueAction;
import io.armature.reporting.proto.UploadItem;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Shows the history of calls. */
final class HealthText {

    private HealthText() {}

    static void print(List<HealthDataHistory> history, PrintStream out) {
        if (history.isEmpty()) {
            out.println("no history; armature report health --on has it recorded");
        }
        for (HealthDataHistory entry : history) {
            StringJoiner line = new StringJoiner(" ");
            line.add(Instant.ofEpochSecond(entry.getTimestampSeconds()).toString());
            line.add(kind(entry));
            facts(entry).forEach((name, value) -> line.add(name + "=" + value));
            out.println(line);
        }
    }

    static void printJson(List<HealthDataHistory> history, PrintStream out) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeArrayFieldStart("history");
            for (HealthDataHistory entry : history) {
                json.writeStartObject();
                json.writeNumberField("timestamp_seconds", entry.getTimestampSeconds());
                json.writeStringField("call", kind(entry));
                for (Map.Entry<String, Object> fact : facts(entry).entrySet()) {
                    if (fact.getValue() instanceof Number number) {
                        json.writeNumberField(fact.getKey(), number.longValue());
                    } else {
                        json.writeStringField(fact.getKey(), fact.getValue().toString());
                    }
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println(text);
    }

    private static String kind(HealthDataHistory entry) {
        return switch (entry.getRecordCase()) {
            case ENQUEUE_RECORD_CALL -> "enqueue";
            case FLUSH_PRIORITY_CALL -> "flush";
            case UPLOAD_ENCRYPTED_RECORD_CALL -> "upload";
            case CONFIRM_RECORD_UPLOAD_CALL -> "confirm";
            case STORAGE_QUEUE_ACTION ->
                    entry.getStorageQueueAction().hasStorageEnqueue() ? "stored" : "released";
            case BLOCKED_RECORD_CALL -> "blocked";
            case BLOCKED_DESTINATIONS_UPDATED_CALL -> "blocked-destinations";
            case RECORD_NOT_SET -> "unknown";
        };
    }

    private static Map<String, Object> facts(HealthDataHistory entry) {
        Map<String, Object> facts = new LinkedHashMap<>();
        switch (entry.getRecordCase()) {
            case ENQUEUE_RECORD_CALL -> {
                var call = entry.getEnqueueRecordCall();
                target(facts, call.getPriority(), call.getDestination());
                status(facts, call.getStatus());
            }
            case FLUSH_PRIORITY_CALL -> {
                facts.put("priority", entry.getFlushPriorityCall().getPriority());
                status(facts, entry.getFlushPriorityCall().getStatus());
            }
            case UPLOAD_ENCRYPTED_RECORD_CALL -> {
                var call = entry.getUploadEncryptedRecordCall();
                facts.put("priority", call.getPriority());
                facts.put("reason", call.getUploadReason());
                upload(facts, call.getItemsList());
                status(facts, call.getStatus());
            }
            case CONFIRM_RECORD_UPLOAD_CALL -> {
                var call = entry.getConfirmRecordUploadCall();
                facts.put("priority", call.getPriority());
                facts.put("id", call.getSequencingId());
                facts.put("force", call.getForceConfirm());
                status(facts, call.getStatus());
            }
            case STORAGE_QUEUE_ACTION -> action(facts, entry.getStorageQueueAction());
            case BLOCKED_RECORD_CALL -> {
                var call = entry.getBlockedRecordCall();
                target(facts, call.getPriority(), call.getDestination());
            }
            case BLOCKED_DESTINATIONS_UPDATED_CALL -> {
                StringJoiner names = new StringJoiner(",");
                entry.getBlockedDestinationsUpdatedCall()
                        .getDestinationsList()
                        .forEach(destination -> names.add(destination.name()));
                facts.put("destinations", names);
            }
            case RECORD_NOT_SET -> {
                // of a later version: there is nothing to say
            }
        }
        return facts;
    }

    private static void target(
            Map<String, Object> facts, Priority priority, Destination destination) {
        facts.put("priority", priority);
        facts.put("destination", destination);
    }

    private static void upload(Map<String, Object> facts, List<UploadItem> items) {
        long records = items.stream().filter(UploadItem::hasRecord).count();
        long gaps = items.stream().mapToLong(item -> item.getGap().getCount()).sum();
        facts.put("records", records);
        facts.put("gaps", gaps);
        if (!items.isEmpty()) {
            UploadItem first = items.get(0);
            UploadItem last = items.get(items.size() - 1);
            facts.put("first_id", id(first));
            facts.put("last_id", id(last) + Math.max(0, last.getGap().getCount() - 1));
        }
    }

    private static long id(UploadItem item) {
        return item.hasRecord()
                ? item.getRecord().getSequencingId()
                : item.getGap().getSequencingId();
    }

    private static void action(Map<String, Object> facts, StorageQueueAction action) {
        facts.put("priority", action.getPriority());
        if (action.hasStorageEnqueue()) {
            facts.put("id", action.getStorageEnqueue().getSequencingId());
        } else {
            facts.put("id", action.getStorageDequeue().getSequencingId());
            facts.put("records", action.getStorageDequeue().getRecordsCount());
        }
        status(facts, action.getStatus());
    }

    private static void status(Map<String, Object> facts, StatusProto status) {
        facts.put("code", status.getCode());
        if (status.getCode() != 0) {
            facts.put("message", status.getErrorMessage());
        }
    }
}
