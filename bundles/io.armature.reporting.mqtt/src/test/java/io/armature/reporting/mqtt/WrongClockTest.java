package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.mqtt.api.testing.Authority;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.network.NetworkSettings;
import io.armature.reporting.mqtt.network.NetworkSettings.TlsSettings;
import io.armature.reporting.mqtt.network.NetworkSettings.TlsSettings.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge of a device whose clock is wrong or jumps. */
@Tag("server")
class WrongClockTest {

    private static final int LIMIT = 64 << 10;
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int LOOKS = (int) WAIT.dividedBy(LOOK);

    /** Time by hand, on a device that was built today. */
    private static final class BuiltToday implements DeviceClock {
        private final HandClock hand = new HandClock();
        private Instant built = Instant.now();

        @Override
        public Instant wall() {
            return hand.wall();
        }

        @Override
        public Instant minimumDate() {
            return built;
        }

        @Override
        public long monotonicNanos() {
            return hand.monotonicNanos();
        }

        @Override
        public Timer after(Duration delay, Executor executor, Runnable task) {
            return hand.after(delay, executor, task);
        }
    }

    @TempDir Path folder;
    private final BuiltToday clock = new BuiltToday();
    private Authority authority;
    private Authority.Issued certificate;

    @BeforeEach
    void issue() throws Exception {
        authority = new Authority(folder, "ca");
        certificate = authority.issue("broker", "IP:127.0.0.1", 2);
        clock.built = Instant.now().plusSeconds(60);
    }

    private Mosquitto broker() {
        return Mosquitto.start(
                folder,
                "allow_anonymous true",
                "certfile " + certificate.certificate(),
                "keyfile " + certificate.key());
    }

    private BridgeFixture bridge(String uri) {
        NetworkSettings network =
                new NetworkSettings(
                        new TlsSettings(
                                Optional.of(authority.certificate()),
                                Optional.empty(),
                                Optional.empty(),
                                Version.TLS_1_2),
                        Duration.ofHours(1),
                        WAIT,
                        Optional.empty());
        return new BridgeFixture(Samples.settings(uri, LIMIT, network), clock).started();
    }

    /** Lets the bridge look at its clock; it sets each timer on its own thread. */
    private void look(int times) {
        for (int i = 0; i < times; i++) {
            clock.hand.awaitPending(1);
            clock.hand.advance(LOOK);
        }
    }

    @Test
    void clockIn1970IsWaitedForAndSetInTime() throws Exception {
        try (Mosquitto broker = broker();
                BridgeFixture device = bridge("ssl://127.0.0.1:" + broker.port())) {
            device.awaitFault(
                    "the device's clock shows 1970-01-01T00:00:00Z and was never set: TLS waits"
                            + " for time, at most 600 s");
            look(LOOKS - 1);
            assertThat(device.availability).isEmpty();
            clock.hand.jumpTo(Instant.now().plus(1, ChronoUnit.HOURS));
            look(1);
            device.awaitUp();
            assertThat(device.bridge.faults()).isEmpty();
        }
    }

    @Test
    void clockThatIsNeverSetStopsNothingForEver() throws Exception {
        try (Mosquitto broker = broker();
                BridgeFixture device = bridge("ssl://127.0.0.1:" + broker.port())) {
            device.awaitFault("was never set");
            look(LOOKS);
            device.awaitUp();
            device.upload(Samples.batch(0, 9, 512));
        }
    }

    @Test
    void certificateThatTheBuildPrecedesIsRefusedAlsoWithoutAClock() throws Exception {
        clock.built = Instant.now().minus(365, ChronoUnit.DAYS);
        try (Mosquitto broker = broker();
                BridgeFixture device = bridge("ssl://127.0.0.1:" + broker.port())) {
            device.awaitFault("was never set");
            look(LOOKS);
            device.awaitFault("the certificate of 127.0.0.1 is not valid yet");
            device.awaitFault("the device's clock shows 1970-01-01T00:10:00Z");
        }
    }

    @Test
    void plainConnectionsNeedNoTime() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                BridgeFixture device =
                        new BridgeFixture(Samples.settings(broker.uri(), LIMIT), clock).started()) {
            device.awaitUp();
        }
    }

    @Test
    void jumpsOfTheClockDisturbNothing() throws Exception {
        clock.hand.jumpTo(Instant.now().plus(1, ChronoUnit.HOURS));
        try (Mosquitto broker = broker();
                BridgeFixture device = bridge("ssl://127.0.0.1:" + broker.port())) {
            device.awaitUp();
            for (Instant wrong :
                    new Instant[] {Instant.EPOCH, Instant.parse("2199-01-01T00:00:00Z")}) {
                clock.hand.jumpTo(wrong);
                device.upload(Samples.batch(0, 9, 512));
                assertThat(device.upload(Samples.batch(0, 9, 512)).getCachedEventsSeqIdsList())
                        .as("waits go by monotonic time")
                        .hasSize(10);
            }
            assertThat(device.availability).isEmpty();
        }
    }
}
