package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.mqtt.api.testing.Authority;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.network.NetworkSettings;
import io.armature.reporting.mqtt.network.NetworkSettings.TlsSettings;
import io.armature.reporting.mqtt.network.NetworkSettings.TlsSettings.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS between the bridge and Mosquitto. */
@Tag("server")
class TlsTest {

    private static final int LIMIT = 64 << 10;
    private static final String HERE = "IP:127.0.0.1,DNS:localhost";

    @TempDir Path folder;
    private Authority authority;

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = new Authority(folder, "ca");
    }

    private Mosquitto broker(Authority.Issued certificate, String... more) {
        return broker(Map.of(), certificate, more);
    }

    private Mosquitto broker(
            Map<String, String> environment, Authority.Issued certificate, String... more) {
        return Mosquitto.start(
                folder,
                environment,
                "allow_anonymous true",
                "cafile " + authority.certificate(),
                "certfile " + certificate.certificate(),
                "keyfile " + certificate.key(),
                String.join("\n", more));
    }

    /** A libssl that speaks up to version 1.2 only. */
    private Map<String, String> onlyTls12() throws Exception {
        Path file = folder.resolve("openssl.cnf");
        Files.writeString(
                file,
                """
                openssl_conf = all
                [all]
                ssl_conf = ssl
                [ssl]
                system_default = limits
                [limits]
                MaxProtocol = TLSv1.2
                """);
        return Map.of("OPENSSL_CONF", file.toString());
    }

    private BridgeFixture bridge(Mosquitto broker, TlsSettings tls) {
        NetworkSettings network =
                new NetworkSettings(
                        tls, Duration.ofMillis(50), Duration.ofMinutes(10), Optional.empty());
        return new BridgeFixture(
                        Samples.settings("ssl://127.0.0.1:" + broker.port(), LIMIT, network))
                .started();
    }

    private TlsSettings trusting(Authority trusted, Version minimum) {
        return new TlsSettings(
                Optional.of(trusted.certificate()), Optional.empty(), Optional.empty(), minimum);
    }

    private TlsSettings with(Authority.Issued own) {
        return new TlsSettings(
                Optional.of(authority.certificate()),
                Optional.of(own.certificate()),
                Optional.of(own.key()),
                Version.TLS_1_2);
    }

    @Test
    void recordsReachASubscriberThroughTls13() throws Exception {
        try (Mosquitto broker = broker(authority.issue("broker", HERE, 2), "tls_version tlsv1.3");
                BridgeFixture device = bridge(broker, trusting(authority, Version.TLS_1_3))) {
            device.awaitUp();
            try (Subscriber server =
                    new Subscriber(
                            "ssl://127.0.0.1:" + broker.port(),
                            "server",
                            "",
                            authority.context().getSocketFactory())) {
                device.upload(Samples.batch(0, 99, 512));
                assertThat(server.ids(100)).hasSize(100).isSorted();
            }
            assertThat(device.bridge.faults()).isEmpty();
        }
    }

    @Test
    void brokerThatSpeaks12OnlyIsFineUnless13IsWanted() throws Exception {
        try (Mosquitto broker = broker(onlyTls12(), authority.issue("broker", HERE, 2));
                BridgeFixture device = bridge(broker, trusting(authority, Version.TLS_1_2));
                BridgeFixture strict = bridge(broker, trusting(authority, Version.TLS_1_3))) {
            device.awaitUp();
            device.upload(Samples.batch(0, 9, 512));
            strict.awaitFault("no version of TLS in common, tls_min_version is 1.3");
        }
    }

    @Test
    void certificateOfTheDeviceIsItsLogin() throws Exception {
        try (Mosquitto broker =
                        broker(authority.issue("broker", HERE, 2), "require_certificate true");
                BridgeFixture device = bridge(broker, with(authority.issue("d1", "DNS:d1", 30)))) {
            device.awaitUp();
            device.upload(Samples.batch(0, 9, 512));
            assertThat(device.bridge.faults()).isEmpty();
        }
    }

    @Test
    void missingOrForeignCertificateOfTheDeviceIsNamed() throws Exception {
        Authority foreign = new Authority(folder, "foreign");
        try (Mosquitto broker =
                        broker(authority.issue("broker", HERE, 2), "require_certificate true");
                BridgeFixture without = bridge(broker, trusting(authority, Version.TLS_1_2));
                BridgeFixture other = bridge(broker, with(foreign.issue("d1", "DNS:d1", 2)))) {
            without.awaitFault("the broker wants a certificate of the device");
            other.awaitFault("the broker refuses the certificate of the device: unknown_ca");
        }
    }

    @Test
    void missingCertificateIsNamedInTls12Too() throws Exception {
        try (Mosquitto broker =
                        broker(
                                onlyTls12(),
                                authority.issue("broker", HERE, 2),
                                "require_certificate true");
                BridgeFixture without = bridge(broker, trusting(authority, Version.TLS_1_2))) {
            without.awaitFault("wants a certificate of the device");
        }
    }

    @Test
    void certificateForAnotherHostIsRefused() throws Exception {
        try (Mosquitto broker =
                        broker(authority.issue("broker", "DNS:elsewhere.example,IP:127.0.0.9", 2));
                BridgeFixture device = bridge(broker, trusting(authority, Version.TLS_1_2))) {
            device.awaitFault("wrong host: the broker's certificate is not for 127.0.0.1");
            assertThat(device.availability).isEmpty();
        }
    }

    @Test
    void expiredCertificateIsRefusedAndARenewedOneTaken() throws Exception {
        Authority.Issued certificate = authority.issue("broker", HERE, -1);
        try (Mosquitto broker = broker(certificate);
                BridgeFixture device = bridge(broker, trusting(authority, Version.TLS_1_2))) {
            device.awaitFault("the certificate of 127.0.0.1 has expired");
            assertThat(device.availability).isEmpty();
            authority.issue("broker", HERE, 2);
            broker.reload();
            device.awaitUp();
        }
    }

    @Test
    void unknownAuthorityIsRefusedUntilCaFileKnowsIt() throws Exception {
        Authority other = new Authority(folder, "other");
        Authority.Issued certificate = authority.issue("broker", HERE, 2);
        TlsSettings tls = trusting(other, Version.TLS_1_2);
        try (Mosquitto broker = broker(certificate);
                BridgeFixture device = bridge(broker, tls)) {
            device.awaitFault("unknown CA: nobody in ca_file " + other.certificate());
            Files.copy(
                    authority.certificate(),
                    other.certificate(),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            device.awaitUp();
        }
    }

    @Test
    void brokerThatTheJvmDoesNotTrustIsRefusedWithoutACaFile() throws Exception {
        TlsSettings jvm = NetworkSettings.STANDARD.tls();
        try (Mosquitto broker = broker(authority.issue("broker", HERE, 2));
                BridgeFixture device = bridge(broker, jvm)) {
            device.awaitFault("unknown CA: nobody in the JVM's store of authorities");
        }
    }

    @Test
    void renewedCertificateOfTheDeviceIsTakenWithoutARestart() throws Exception {
        Authority.Issued own = authority.issue("d1", "DNS:d1", 2);
        try (Mosquitto broker =
                        broker(
                                authority.issue("broker", HERE, 30),
                                "require_certificate true",
                                "use_identity_as_username true");
                BridgeFixture device = bridge(broker, with(own))) {
            device.awaitUp();
            device.awaitFault("the device's certificate expires at");
            assertThat(broker.said("u'd1'")).isTrue();
            authority.issue("d1-renewed", "DNS:d1", 30).replace(own);
            device.awaitDown();
            device.awaitUp();
            assertThat(broker.said("u'd1-renewed'")).isTrue();
            device.upload(Samples.batch(0, 9, 512));
            assertThat(device.bridge.faults()).isEmpty();
        }
    }

    @Test
    void badRenewalIsAFaultAndEndsNoConnection() throws Exception {
        Authority.Issued own = authority.issue("d1", "DNS:d1", 30);
        try (Mosquitto broker =
                        broker(authority.issue("broker", HERE, 2), "require_certificate true");
                BridgeFixture device = bridge(broker, with(own))) {
            device.awaitUp();
            Files.writeString(own.key(), "nonsense");
            device.awaitFault("holds no unencrypted PKCS #8 key");
            device.upload(Samples.batch(0, 9, 512));
            assertThat(device.availability).as("not reconnected").isEmpty();
        }
    }

    @Test
    void plainBrokerBehindASecureAddressIsNamed() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                BridgeFixture device = bridge(broker, trusting(authority, Version.TLS_1_2))) {
            device.awaitFault("no connection");
            assertThat(device.availability).isEmpty();
        }
    }

    @Test
    void keyOfAnotherCertificateIsNamed() throws Exception {
        Authority.Issued own = authority.issue("d1", "DNS:d1", 2);
        Authority.Issued other = authority.issue("d2", "DNS:d2", 2);
        try (Mosquitto broker = broker(authority.issue("broker", HERE, 2));
                BridgeFixture device =
                        bridge(
                                broker,
                                with(new Authority.Issued(own.certificate(), other.key())))) {
            device.awaitFault("is not the key of the certificate");
        }
    }

    @Test
    void certificateWithoutItsKeyIsABadSetting() {
        assertThatThrownBy(
                        () ->
                                new TlsSettings(
                                        Optional.empty(),
                                        Optional.of(folder),
                                        Optional.empty(),
                                        Version.TLS_1_2))
                .hasMessageContaining("certificate_file and private_key_file go together");
        assertThatThrownBy(() -> Version.of("1.1")).hasMessageContaining("must be 1.2 or 1.3");
    }
}
