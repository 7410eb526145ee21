package io.armature.reporting.mqtt.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach the broker, checked.
 *
 * @param tls which certificates and versions, where the broker speaks TLS
 * @param reload between two looks at the files of TLS while connected
 * @param clockWait how long to wait for a clock that was never set before TLS is tried all the same
 * @param proxy none for a direct connection
 */
public record NetworkSettings(
        TlsSettings tls, Duration reload, Duration clockWait, Optional<Proxy> proxy) {

    /** No proxy; with TLS the authorities that the JVM trusts, and no certificate of its own. */
    public static final NetworkSettings STANDARD =
            new NetworkSettings(
                    new TlsSettings(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            TlsSettings.Version.TLS_1_2),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10),
                    Optional.empty());

    /** Whether the transport's own sockets do. */
    public boolean plain(BrokerAddress broker) {
        return !broker.secure() && proxy.isEmpty();
    }

    /**
     * Files and versions of TLS.
     *
     * @param authorities certificates (PEM) of those who vouch for the broker; none: those that the
     *     JVM trusts
     * @param certificate of the device and what leads to its authority (PEM), the device's first
     * @param key of that certificate (PEM, PKCS #8, not encrypted)
     * @param minimum the oldest version spoken
     */
    public record TlsSettings(
            Optional<Path> authorities,
            Optional<Path> certificate,
            Optional<Path> key,
            Version minimum) {

        public TlsSettings {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException(
                        "certificate_file and private_key_file go together: set both or none");
            }
        }

        /** Versions of TLS. */
        public enum Version {
            TLS_1_2("1.2", "TLSv1.3", "TLSv1.2"),
            TLS_1_3("1.3", "TLSv1.3");

            private final String number;
            private final String[] spoken;

            Version(String number, String... spoken) {
                this.number = number;
                this.spoken = spoken;
            }

            /**
             * @throws IllegalArgumentException if it is neither 1.2 nor 1.3
             */
            public static Version of(String number) {
                for (Version version : values()) {
                    if (version.number.equals(number)) {
                        return version;
                    }
                }
                throw new IllegalArgumentException(
                        "tls_min_version must be 1.2 or 1.3, was '" + number + "'");
            }

            /** What the JVM calls this version and all newer ones. */
            String[] spoken() {
                return spoken.clone();
            }

            @Override
            public String toString() {
                return number;
            }
        }
    }
}
