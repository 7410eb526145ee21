package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.network.BrokerAddress;
import io.armature.reporting.mqtt.network.NetworkSettings;
import io.armature.reporting.mqtt.network.Proxy;
import java.nio.file.Path;
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
 * @param version of MQTT, or {@link Transports#HIGHEST}
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
        if (!Transports.VERSIONS.contains(version) && !version.equals(Transports.HIGHEST)) {
            throw new IllegalArgumentException(
                    "mqtt_version must be 3.1.1, 5 or highest, was '" + version + "'");
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

    /**
     * Checks what the device is set to.
     *
     * @param root what the names of files are relative to
     * @throws IllegalArgumentException naming key, value and range
     */
    static BridgeSettings of(MqttBridge.Settings settings, String deviceId, Path root) {
        if (settings.server_uri().isBlank()) {
            throw new IllegalArgumentException(
                    "server_uri of io.armature.reporting.mqtt is not set: name the broker, for"
                            + " example tcp://127.0.0.1:1883; records wait in the spool");
        }
        return new BridgeSettings(
                settings.server_uri().strip(),
                settings.user().isBlank() ? deviceId : settings.user(),
                settings.password_file(),
                settings.keep_alive_s(),
                settings.acknowledge_s(),
                settings.in_flight(),
                settings.in_flight_bytes(),
                settings.max_packet_bytes(),
                new BackOff(settings.reconnect_min_ms(), settings.reconnect_max_ms()),
                new BackOff(settings.resend_min_ms(), settings.resend_max_ms()),
                settings.mqtt_version(),
                Duration.ofSeconds(settings.session_s()),
                settings.budget_bytes_per_hour(),
                Rank.percents(settings.budget_shares()),
                network(settings, root));
    }

    /** None where nothing of it is needed, so that nothing of it is loaded. */
    private static Optional<NetworkSettings> network(MqttBridge.Settings settings, Path root) {
        if (settings.proxy().isBlank()
                && !BrokerAddress.of(settings.server_uri().strip()).secure()) {
            return Optional.empty();
        }
        return Optional.of(
                new NetworkSettings(
                        new NetworkSettings.TlsSettings(
                                file(root, settings.ca_file()),
                                file(root, settings.certificate_file()),
                                file(root, settings.private_key_file()),
                                NetworkSettings.TlsSettings.Version.of(settings.tls_min_version())),
                        Duration.ofSeconds(settings.certificate_check_s()),
                        Duration.ofSeconds(settings.clock_wait_s()),
                        settings.proxy().isBlank()
                                ? Optional.empty()
                                : Optional.of(
                                        Proxy.of(
                                                settings.proxy().strip(),
                                                settings.proxy_user().isBlank()
                                                        ? Optional.empty()
                                                        : Optional.of(settings.proxy_user()),
                                                file(root, settings.proxy_password_file())))));
    }

    private static Optional<Path> file(Path root, String name) {
        return name.isBlank() ? Optional.empty() : Optional.of(root.resolve(name));
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
