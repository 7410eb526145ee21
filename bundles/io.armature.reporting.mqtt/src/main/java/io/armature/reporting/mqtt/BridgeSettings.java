package io.armature.reporting.mqtt;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Checked settings.
 *
 * @param serverUri {@code tcp://host:port} or {@code ssl://host:port}
 * @param inFlight packets published and not acknowledged
 * @param inFlightBytes their bytes; one packet may always be under way
 * @param maxPacketBytes the broker's limit for one packet, topic and header included
 * @param reconnect between attempts to connect
 * @param resend between publications of a record that is not confirmed
 */
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
        BackOff resend) {

    /** Room for the topic and the headers of MQTT and of the envelope. */
    static final int PACKET_OVERHEAD_BYTES = 256;

    BridgeSettings {
        checkUri(serverUri);
        inRange("keep_alive_s", keepAliveSeconds, 1, 3600);
        inRange("acknowledge_s", acknowledgeSeconds, 1, 3600);
        inRange("in_flight", inFlight, 1, 10_000);
        inRange("in_flight_bytes", inFlightBytes, 1 << 10, 256 << 20);
        inRange("max_packet_bytes", maxPacketBytes, 1 << 10, 64 << 20);
    }

    private static void checkUri(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme();
            if (("tcp".equals(scheme) || "ssl".equals(scheme)) && uri.getHost() != null) {
                return;
            }
        } catch (URISyntaxException e) {
            // Said below, with what is expected.
        }
        throw new IllegalArgumentException(
                "server_uri must be tcp://HOST:PORT or ssl://HOST:PORT, was '" + text + "'");
    }

    private static void inRange(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    key + " must be " + low + " to " + high + ", was " + value);
        }
    }
}
