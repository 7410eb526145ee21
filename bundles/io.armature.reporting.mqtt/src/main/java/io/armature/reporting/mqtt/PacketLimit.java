package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.mqtt.api.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * How large packets may be: what is set, what the broker says, and what connections that break
 * teach, since a broker of MQTT 3.1.1 just hangs up. Not thread safe: belongs to the bridge's
 * thread.
 */
final class PacketLimit {

    /** Nothing is learned below that. */
    static final int FLOOR_BYTES = 4 << 10;

    /** What was learned may have been the link's fault, or the broker has another limit now. */
    static final Duration FORGET = Duration.ofHours(1);

    /** The first connection that breaks may have any reason. */
    private static final int LOSSES = 2;

    private static final int SHRINK_FROM_ATTEMPTS = 3;
    private static final int MAX_SHRINKING = 10;

    private final DeviceClock clock;
    private final int configuredBytes;
    private final Runnable forgotten;
    private int statedBytes = Integer.MAX_VALUE;
    private int learnedBytes = Integer.MAX_VALUE;
    private long learnedAtNanos;
    private int suspectBytes;
    private int losses;

    /**
     * @param forgotten told when what was learned counts no longer
     */
    PacketLimit(int configuredBytes, DeviceClock clock, Runnable forgotten) {
        this.configuredBytes = configuredBytes;
        this.clock = clock;
        this.forgotten = forgotten;
    }

    /** A new connection and what its broker says. */
    void connected(Limits limits) {
        statedBytes = limits.packetBytes();
    }

    /** A larger request is not taken, for sure. */
    int hardBytes() {
        return Math.min(configuredBytes, statedBytes) - BridgeSettings.PACKET_OVERHEAD_BYTES;
    }

    /** A larger request should not be made of several records. */
    int softBytes() {
        if (learnedBytes != Integer.MAX_VALUE
                && clock.monotonicNanos() - learnedAtNanos >= FORGET.toNanos()) {
            learnedBytes = Integer.MAX_VALUE;
            suspectBytes = 0;
            losses = 0;
            forgotten.run();
        }
        return Math.min(hardBytes(), learnedBytes);
    }

    /**
     * As {@link #softBytes()}, smaller for what was sent in vain: a broker of MQTT 3.1.1 may
     * acknowledge what it drops for its size.
     *
     * @param attempts how often it was sent without a confirmation
     */
    int softBytes(int attempts) {
        int bytes = softBytes();
        int times = Math.min(attempts - SHRINK_FROM_ATTEMPTS + 1, MAX_SHRINKING);
        return times <= 0 ? bytes : Math.max(bytes >> times, Math.min(bytes, FLOOR_BYTES));
    }

    /** Whether {@link #softBytes} is less than what is known for sure. */
    boolean hasLearned() {
        return softBytes() < hardBytes();
    }

    /** What an operator should know of it. */
    Optional<String> lesson() {
        return hasLearned()
                ? Optional.of(
                        "connections broke at larger packets: for now they are cut to "
                                + softBytes()
                                + " bytes")
                : Optional.empty();
    }

    /** A request of that size got through: it was not for its size. */
    void acknowledged(int bytes) {
        if (bytes >= suspectBytes) {
            suspectBytes = 0;
            losses = 0;
        }
    }

    /**
     * A connection broke with requests in flight.
     *
     * @param largestBytes of several records; 0 if there was none
     */
    void lost(int largestBytes) {
        if (largestBytes <= FLOOR_BYTES) {
            return;
        }
        losses++;
        suspectBytes = suspectBytes == 0 ? largestBytes : Math.min(suspectBytes, largestBytes);
        if (losses >= LOSSES) {
            refused(suspectBytes);
        }
    }

    /** The broker said that a request of that size is too large. */
    void refused(int bytes) {
        learnedBytes = Math.max(FLOOR_BYTES, Math.min(learnedBytes, bytes / 2));
        learnedAtNanos = clock.monotonicNanos();
        suspectBytes = learnedBytes;
    }
}
