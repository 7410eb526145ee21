package io.armature.reporting.mqtt.network;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where the broker is.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param secure whether TLS is spoken there
 */
public record BrokerAddress(String host, int port, boolean secure) {

    private static final int PLAIN_PORT = 1883;
    private static final int SECURE_PORT = 8883;

    /**
     * @param uri {@code tcp://HOST[:PORT]} or {@code ssl://HOST[:PORT]}
     * @throws IllegalArgumentException if it is something else
     */
    public static BrokerAddress of(String uri) {
        try {
            URI parsed = new URI(uri);
            boolean secure = "ssl".equals(parsed.getScheme());
            if ((secure || "tcp".equals(parsed.getScheme())) && parsed.getHost() != null) {
                int port = parsed.getPort() >= 0 ? parsed.getPort() : standardPort(secure);
                return new BrokerAddress(withoutBrackets(parsed.getHost()), port, secure);
            }
        } catch (URISyntaxException e) {
            // Said below, with what is expected.
        }
        throw new IllegalArgumentException(
                "server_uri must be tcp://HOST:PORT or ssl://HOST:PORT, was '" + uri + "'");
    }

    private static int standardPort(boolean secure) {
        return secure ? SECURE_PORT : PLAIN_PORT;
    }

    static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
