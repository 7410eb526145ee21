package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.network.BrokerAddress;
import io.armature.reporting.mqtt.network.NetworkSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Checked settings.
 *
 * @param serverUri {@code tcp://host:port} or {@code ssl://host:port}
 * @param inFlight packets published and not acknowledged
 * @param inFlightBytes their bytes; one packet may always be under way
 * @param maxPacketBytes the broker's limit for one packet, topic and header included
 * @param reconnect between attempts to connect
 * @param resend between publications of a record that is not confirmed
 * @param version of MQTT
 * @param session how long the broker keeps messages for the device while it is away; zero: not
 * @param budgetBytesPerHour 0: no limit
 * @param budgetPercents of each {@link Rank}
 * @param network none if the broker is reached directly and without TLS
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BridgeSettings(
        String serverUri,
        String user,
        String passwordFile,
        int keepAliveSeconds,
        int acknowledgeSeconds,
        int inFlight,
        int inFlightBytes,
        int maxPacketBytes,
        BackOff reconnect,
        BackOff resend,
        String version,
        Duration session,
        long budgetBytesPerHour,
        int[] budgetPercents,
        Optional<NetworkSettings> network) {

    /** Room for the topic and the headers of MQTT and of the envelope. */
    static final int PACKET_OVERHEAD_BYTES = 256;

    /** Of a budget, the most important first. */
    @SuppressWarnings("MutablePublicArray") // package-private, copied by its only reader
    static final int[] BUDGET_PERCENTS = {30, 25, 20, 15, 5, 3, 2};

    BridgeSettings {
        BrokerAddress broker = BrokerAddress.of(serverUri);
        if (broker.secure() && network.isEmpty()) {
            throw new IllegalArgumentException("TLS needs its settings");
        }
        if (!version.equals("3.1.1") && !version.equals("5")) {
            throw new IllegalArgumentException(
                    "mqtt_version must be 3.1.1 or 5, was '" + version + "'");
        }
        inRange("keep_alive_s", keepAliveSeconds, 1, 3600);
        inRange("acknowledge_s", acknowledgeSeconds, 1, 3600);
        inRange("in_flight", inFlight, 1, 10_000);
        inRange("in_flight_bytes", inFlightBytes, 1 << 10, 256 << 20);
        inRange("max_packet_bytes", maxPacketBytes, 1 << 10, 64 << 20);
    }

    /** Any version of MQTT, without TLS, proxy and sessions. */
    BridgeSettings(
            String serverUri,
            String user,
            String passwordFile,
            int keepAliveSeconds,
            int acknowledgeSeconds,
            int inFlight,
            int inFlightBytes,
            int maxPacketBytes,
            BackOff reconnect,
            BackOff resend) {
        this(
                serverUri,
                user,
                passwordFile,
                keepAliveSeconds,
                acknowledgeSeconds,
                inFlight,
                inFlightBytes,
                maxPacketBytes,
                reconnect,
                resend,
                "3.1.1",
                Duration.ZERO,
                0,
                BUDGET_PERCENTS,
                Optional.empty());
    }

    boolean hasCertificate() {
        return network.flatMap(one -> one.tls().certificate()).isPresent();
    }

    BrokerAddress broker() {
        return BrokerAddress.of(serverUri);
    }

    private static void inRange(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    key + " must be " + low + " to " + high + ", was " + value);
        }
    }
}
