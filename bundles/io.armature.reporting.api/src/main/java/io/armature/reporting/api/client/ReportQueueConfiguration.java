package io.armature.reporting.api.client;

import io.armature.reporting.proto.Destination;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What all records of a queue have in common. A value: each {@code with…} returns another one.
 * Nothing is checked here; {@link ReportQueues} refuses what is wrong.
 */
public final class ReportQueueConfiguration {

    /**
     * How many records a queue takes: so many at once, and so many in each period from then on.
     *
     * @param records 1 or more
     * @param period more than zero
     */
    public record Rate(int records, Duration period) {}

    private final EventType eventType;
    private final Destination destination;
    private final PolicyCheck policy;
    private final long reservedSpaceBytes;
    private final String token;
    private final Optional<Rate> rate;

    private ReportQueueConfiguration(
            EventType eventType,
            Destination destination,
            PolicyCheck policy,
            long reservedSpaceBytes,
            String token,
            Optional<Rate> rate) {
        this.eventType = Objects.requireNonNull(eventType, "eventType");
        this.destination = Objects.requireNonNull(destination, "destination");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.reservedSpaceBytes = reservedSpaceBytes;
        this.token = Objects.requireNonNull(token, "token");
        this.rate = rate;
    }

    /**
     * Without token, reserved space or rate.
     *
     * @param destination any but UNDEFINED_DESTINATION
     * @param policy asked before each record
     */
    public static ReportQueueConfiguration of(
            EventType eventType, Destination destination, PolicyCheck policy) {
        return new ReportQueueConfiguration(
                eventType, destination, policy, 0, "", Optional.empty());
    }

    /**
     * Records are opportunistic: each is refused where it would leave less than that many bytes of
     * the spool's space free.
     *
     * @param bytes 0 or more; 0: no such limit
     */
    public ReportQueueConfiguration withReservedSpaceBytes(long bytes) {
        return new ReportQueueConfiguration(eventType, destination, policy, bytes, token, rate);
    }

    /** The token of a user's session; empty for the device. */
    public ReportQueueConfiguration withToken(String value) {
        return new ReportQueueConfiguration(
                eventType, destination, policy, reservedSpaceBytes, value, rate);
    }

    /** Records above the rate are refused. */
    public ReportQueueConfiguration withRate(Rate limit) {
        return new ReportQueueConfiguration(
                eventType, destination, policy, reservedSpaceBytes, token, Optional.of(limit));
    }

    /** Whom the records are about. */
    public EventType eventType() {
        return eventType;
    }

    /** Where the records go. */
    public Destination destination() {
        return destination;
    }

    /** Asked before each record. */
    public PolicyCheck policy() {
        return policy;
    }

    /** Space that is to stay free, bytes; 0: no such limit. */
    public long reservedSpaceBytes() {
        return reservedSpaceBytes;
    }

    /** Empty for the device. */
    public String token() {
        return token;
    }

    /** None: as many records as come. */
    public Optional<Rate> rate() {
        return rate;
    }
}
