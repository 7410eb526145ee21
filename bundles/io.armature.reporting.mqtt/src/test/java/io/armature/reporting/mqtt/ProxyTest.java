package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.mqtt.api.testing.Authority;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.network.NetworkSettings;
import io.armature.reporting.mqtt.network.NetworkSettings.TlsSettings;
import io.armature.reporting.mqtt.network.NetworkSettings.TlsSettings.Version;
import io.armature.reporting.mqtt.network.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bridge behind a proxy, which alone knows the way to the broker. */
@Tag("server")
class ProxyTest {

    private static final int LIMIT = 64 << 10;

    /** A name that nobody but the proxy can resolve. */
    private static final String BROKER = "broker.invalid";

    @TempDir Path folder;

    private BridgeFixture bridge(
            String scheme, int brokerPort, Proxy.Kind kind, int proxyPort, String password)
            throws Exception {
        Path file = folder.resolve("proxy-password");
        Files.writeString(file, password + "\n");
        String uri = (kind == Proxy.Kind.HTTP ? "http" : "socks5") + "://127.0.0.1:" + proxyPort;
        NetworkSettings network =
                new NetworkSettings(
                        new TlsSettings(
                                Optional.of(folder.resolve("ca.pem")),
                                Optional.empty(),
                                Optional.empty(),
                                Version.TLS_1_2),
                        Duration.ofHours(1),
                        Duration.ofMinutes(10),
                        Optional.of(Proxy.of(uri, Optional.of("user"), Optional.of(file))));
        return new BridgeFixture(
                        Samples.settings(
                                scheme + "://" + BROKER + ":" + brokerPort, LIMIT, network))
                .started();
    }

    @ParameterizedTest
    @EnumSource(Proxy.Kind.class)
    void recordsGoThroughAProxyThatResolvesTheBroker(Proxy.Kind kind) throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                TinyProxy proxy = new TinyProxy(kind, "user", "secret", broker.port());
                BridgeFixture device = bridge("tcp", broker.port(), kind, proxy.port(), "secret")) {
            device.awaitUp();
            try (Subscriber server = new Subscriber(broker.uri(), "server", "")) {
                device.upload(Samples.batch(0, 99, 512));
                assertThat(server.ids(100)).hasSize(100);
            }
            assertThat(proxy.asked.take()).isEqualTo(BROKER + ":" + broker.port());
            proxy.cut();
            device.awaitDown();
            device.awaitUp();
        }
    }

    @ParameterizedTest
    @EnumSource(Proxy.Kind.class)
    void tlsIsSpokenThroughTheProxyAndTheNameOfTheBrokerChecked(Proxy.Kind kind) throws Exception {
        Authority authority = new Authority(folder, "ca");
        Authority.Issued certificate = authority.issue("broker", "DNS:" + BROKER, 2);
        try (Mosquitto broker =
                        Mosquitto.start(
                                folder,
                                "allow_anonymous true",
                                "certfile " + certificate.certificate(),
                                "keyfile " + certificate.key());
                TinyProxy proxy = new TinyProxy(kind, "user", "secret", broker.port());
                BridgeFixture device = bridge("ssl", broker.port(), kind, proxy.port(), "secret")) {
            device.awaitUp();
            device.upload(Samples.batch(0, 9, 512));
            assertThat(device.bridge.faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Proxy.Kind.class)
    void proxyThatRefusesIsNamed(Proxy.Kind kind) throws Exception {
        try (TinyProxy proxy = new TinyProxy(kind, "user", "secret", 1);
                BridgeFixture device = bridge("tcp", 1, kind, proxy.port(), "wrong")) {
            device.awaitFault("the proxy refuses");
        }
    }

    @Test
    void badSettingsAreNamedWithWhatIsExpected() {
        assertThatThrownBy(() -> Proxy.of("https://x:1", Optional.empty(), Optional.empty()))
                .hasMessageContaining("proxy must be http://HOST:PORT or socks5://HOST:PORT");
    }
}
