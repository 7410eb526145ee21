package io.armature.reporting.command;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Makes requests of what the caller gives. */
final class RecordInput {

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
     * @param number of the line, the first is 1
     * @throws ReportingException INVALID_ARGUMENT if it makes no record
     */
    EnqueueRecordRequest line(long number, byte[] line) throws ReportingException {
        if (!json) {
            return record(line);
        }
        JsonLine read = new JsonLine(number, priority, destination).read(line);
        return request(read.data(), read.priority(), read.destination());
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
}
