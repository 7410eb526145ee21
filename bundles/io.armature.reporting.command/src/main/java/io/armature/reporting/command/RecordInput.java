package io.armature.reporting.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import io.armature.control.api.CommandFailure;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Makes requests of what the caller gives. */
final class RecordInput {

    private static final JsonFactory JSON = new JsonFactory();

    private final Priority priority;
    private final Destination destination;
    private final boolean json;
    private final DeviceClock clock;

    /**
     * @param priority null: each line names it
     * @param destination null: each line names it
     * @param json lines are JSON objects
     */
    RecordInput(Priority priority, Destination destination, boolean json, DeviceClock clock) {
        this.priority = priority;
        this.destination = destination;
        this.json = json;
        this.clock = clock;
    }

    /**
     * A line of input.
     *
     * @throws ReportingException INVALID_ARGUMENT if it makes no record
     */
    EnqueueRecordRequest line(byte[] line) throws ReportingException {
        if (!json) {
            return record(line);
        }
        ByteString data = null;
        Priority linePriority = priority;
        Destination lineDestination = destination;
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw invalid("value of '" + name + "' is no string");
                }
                String value = parser.getText();
                switch (name) {
                    case "data" ->
                            data = ByteString.copyFrom(value.getBytes(StandardCharsets.UTF_8));
                    case "data_base64" ->
                            data = ByteString.copyFrom(Base64.getDecoder().decode(value));
                    case "priority" -> linePriority = ReportCommands.Names.priority(value);
                    case "destination" -> lineDestination = ReportCommands.Names.destination(value);
                    default -> throw invalid("unknown key '" + name + "'");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw invalid("not a JSON object of data, priority, destination");
        } catch (CommandFailure e) {
            throw invalid(e.getMessage());
        }
        if (data == null) {
            throw invalid("data or data_base64 is missing");
        }
        if (linePriority == null || lineDestination == null) {
            throw invalid("priority or destination is missing");
        }
        return request(data, linePriority, lineDestination);
    }

    /** A record of these bytes with the priority and destination of the call. */
    EnqueueRecordRequest record(byte[] data) {
        return request(ByteString.copyFrom(data), priority, destination);
    }

    private EnqueueRecordRequest request(ByteString data, Priority to, Destination at) {
        Instant now = clock.wall();
        long micros =
                TimeUnit.SECONDS.toMicros(now.getEpochSecond())
                        + TimeUnit.NANOSECONDS.toMicros(now.getNano());
        return EnqueueRecordRequest.newBuilder()
                .setPriority(to)
                .setRecord(
                        Record.newBuilder().setData(data).setDestination(at).setTimestampUs(micros))
                .build();
    }

    private static ReportingException invalid(String reason) {
        return new ReportingException(StatusCode.INVALID_ARGUMENT, "Bad line: " + reason);
    }
}
