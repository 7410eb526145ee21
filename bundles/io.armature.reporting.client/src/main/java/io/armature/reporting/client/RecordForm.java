package io.armature.reporting.client;

import com.google.protobuf.ByteString;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.client.EventType;
import io.armature.reporting.api.client.ReportQueueConfiguration;
import io.armature.reporting.api.client.ReportQueueConfiguration.Rate;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Checks a configuration and makes requests as it says. Any thread. */
final class RecordForm {

    /** The original refuses later times: no clock is right that shows one. */
    static final long LATEST_MICROS = 4_796_668_800_000_000L;

    private final ReportQueueConfiguration configuration;
    private final DeviceClock clock;
    private final Tally tally;
    private final Optional<Allowance> allowance;

    /**
     * @throws ReportingException INVALID_ARGUMENT or INTERNAL, as {@code ReportQueues.create} says
     */
    RecordForm(ReportQueueConfiguration configuration, DeviceClock clock, Tally tally)
            throws ReportingException {
        if (configuration.destination() == Destination.UNDEFINED_DESTINATION) {
            throw invalid("Destination must be defined");
        }
        if (configuration.reservedSpaceBytes() < 0) {
            throw invalid("Reserved space must be >= 0, was " + configuration.reservedSpaceBytes());
        }
        if (configuration.rate().isPresent()) {
            check(configuration.rate().get());
        }
        if (configuration.eventType() == EventType.USER && configuration.token().isEmpty()) {
            throw new ReportingException(
                    StatusCode.INTERNAL, "No token retriever for records about a user");
        }
        this.configuration = configuration;
        this.clock = clock;
        this.tally = tally;
        this.allowance = configuration.rate().map(rate -> new Allowance(rate, clock));
    }

    private static void check(Rate rate) throws ReportingException {
        if (rate.records() < 1 || rate.period().isNegative() || rate.period().isZero()) {
            throw invalid(
                    "A rate needs 1 record or more and a period, was "
                            + rate.records()
                            + " in "
                            + rate.period());
        }
    }

    /** The request for a record of this moment. */
    EnqueueRecordRequest request(ByteString data, Priority priority) throws ReportingException {
        if (priority == null || priority == Priority.UNDEFINED_PRIORITY) {
            throw invalid("Priority must be defined");
        }
        Record.Builder record =
                Record.newBuilder()
                        .setData(data)
                        .setDestination(configuration.destination())
                        .setTimestampUs(now());
        if (!configuration.token().isEmpty()) {
            record.setDmToken(configuration.token());
        }
        if (configuration.reservedSpaceBytes() > 0) {
            record.setReservedSpace(configuration.reservedSpaceBytes());
        }
        if (allowance.isPresent() && !allowance.get().take()) {
            throw new ReportingException(
                    StatusCode.RESOURCE_EXHAUSTED, "More records than the queue's rate");
        }
        return EnqueueRecordRequest.newBuilder().setPriority(priority).setRecord(record).build();
    }

    /**
     * @throws ReportingException what the policy says against a record
     */
    void askPolicy() throws ReportingException {
        try {
            configuration.policy().check();
        } catch (RuntimeException e) {
            throw new ReportingException(StatusCode.INTERNAL, "The policy check failed: " + e, e);
        }
    }

    private long now() throws ReportingException {
        Instant wall = clock.wall();
        long micros =
                TimeUnit.SECONDS.toMicros(wall.getEpochSecond())
                        + TimeUnit.NANOSECONDS.toMicros(wall.getNano());
        if (micros > LATEST_MICROS) {
            tally.count(Observation.UNUSUAL_ENQUEUE_TIMESTAMP, configuration.destination());
            throw new ReportingException(
                    StatusCode.FAILED_PRECONDITION, "The clock shows " + wall + ": set it");
        }
        return micros;
    }

    private static ReportingException invalid(String message) {
        return new ReportingException(StatusCode.INVALID_ARGUMENT, message);
    }
}
