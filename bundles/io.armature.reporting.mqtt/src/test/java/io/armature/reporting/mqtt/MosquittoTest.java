package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge against a broker that is not Java and not ours. */
@Tag("server")
class MosquittoTest {

    private static final int LIMIT = 64 << 10;
    private static final Topics TOPICS = Topics.of("d1");

    @TempDir Path folder;

    private Mosquitto withPassword(String user, String password) throws Exception {
        return Mosquitto.start(
                folder,
                "allow_anonymous false",
                "password_file " + Mosquitto.passwords(folder, user, password),
                "message_size_limit " + LIMIT);
    }

    @Test
    void recordsGoUpConfirmationsComeDownAndStatusStays() throws Exception {
        try (Mosquitto broker = withPassword("d1", TestBroker.PASSWORD);
                BridgeFixture fixture =
                        new BridgeFixture(Samples.settings(broker.uri(), LIMIT)).started()) {
            fixture.awaitUp();
            try (Subscriber server = new Subscriber(broker.uri(), "d1", TestBroker.PASSWORD)) {
                assertThat(server.status.poll(60, TimeUnit.SECONDS))
                        .startsWith("true{\"state\":\"online\"");
                fixture.upload(Samples.batch(0, 499, 512));
                assertThat(server.ids(500)).isEqualTo(LongStream.range(0, 500).boxed().toList());
                server.publish(TOPICS.confirm(), Samples.confirmation(499).toByteArray());
                assertThat(fixture.spool.confirmed().poll(60, TimeUnit.SECONDS))
                        .isEqualTo(Samples.confirmation(499));
                fixture.bridge.close();
                assertThat(server.status.poll(60, TimeUnit.SECONDS)).contains("\"offline\"");
            }
        }
    }

    @Test
    void wrongPasswordIsAFaultAndANewOneIsTakenWithoutARestart() throws Exception {
        try (Mosquitto broker = withPassword("d1", "renewed");
                BridgeFixture fixture =
                        new BridgeFixture(Samples.settings(broker.uri(), LIMIT)).started()) {
            fixture.awaitFault("Not authorized");
            fixture.password = "renewed";
            fixture.awaitUp();
            assertThat(fixture.bridge.faults()).isEmpty();
        }
    }

    @Test
    void killedBrokerIsFoundAgainAndNothingIsForgotten() throws Exception {
        try (Mosquitto broker = withPassword("d1", TestBroker.PASSWORD);
                BridgeFixture fixture =
                        new BridgeFixture(Samples.settings(broker.uri(), LIMIT)).started()) {
            for (int round = 0; round < 3; round++) {
                fixture.awaitUp();
                fixture.upload(Samples.batch(round, round, 10));
                broker.stop();
                fixture.awaitDown();
                fixture.awaitFault("no connection");
                broker.start();
            }
            fixture.awaitUp();
            try (Subscriber server = new Subscriber(broker.uri(), "d1", TestBroker.PASSWORD)) {
                fixture.upload(Samples.batch(3, 3, 10));
                assertThat(server.ids(1)).containsExactly(3L);
            }
        }
    }

    @Test
    void confirmationsWaitAtTheBrokerWhereASessionIsKept() throws Exception {
        BackOff quick = new BackOff(10, 50);
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            BridgeSettings settings =
                    new BridgeSettings(
                            broker.uri(),
                            "d1",
                            "password",
                            60,
                            30,
                            100,
                            1 << 20,
                            LIMIT,
                            quick,
                            quick,
                            "3.1.1",
                            Duration.ofDays(1),
                            0,
                            BridgeSettings.BUDGET_PERCENTS,
                            Optional.empty());
            try (BridgeFixture before = new BridgeFixture(settings).started()) {
                before.awaitUp();
            }
            assertThat(broker.said("d1 disconnected")).isTrue();
            server.publish(TOPICS.confirm(), Samples.confirmation(7).toByteArray());
            try (BridgeFixture after = new BridgeFixture(settings).started()) {
                assertThat(after.spool.confirmed().poll(60, TimeUnit.SECONDS))
                        .isEqualTo(Samples.confirmation(7));
            }
        }
    }

    @Test
    void daysWithoutABrokerAreToldAndEndAtOnce() throws Exception {
        HandClock clock = new HandClock();
        BackOff hourly = new BackOff(1_000, 3_600_000);
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true")) {
            BridgeSettings settings =
                    new BridgeSettings(
                            broker.uri(),
                            "d1",
                            "password",
                            60,
                            30,
                            100,
                            1 << 20,
                            LIMIT,
                            hourly,
                            hourly);
            broker.stop();
            try (BridgeFixture device = new BridgeFixture(settings, clock).started()) {
                while (device.bridge.faults().stream()
                        .noneMatch(one -> one.reason().contains("no connection for 4 d"))) {
                    clock.awaitPending(1);
                    clock.advance(Duration.ofHours(1));
                }
                broker.start();
                // One that is under way may be given up by that, and another follows.
                Boolean up = null;
                for (int i = 0; i < 10 && up == null; i++) {
                    clock.awaitPending(1);
                    clock.advance(Duration.ofHours(1));
                    up = device.availability.poll(6, TimeUnit.SECONDS);
                }
                assertThat(up).isEqualTo(true);
                device.upload(Samples.batch(0, 99, 512));
                assertThat(device.bridge.faults()).isEmpty();
            }
        }
    }
}
