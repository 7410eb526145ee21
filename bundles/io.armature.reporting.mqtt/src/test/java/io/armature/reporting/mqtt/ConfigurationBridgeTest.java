package io.armature.reporting.mqtt;

import static io.armature.reporting.mqtt.configuration.Signer.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.configuration.ServerConfiguration;
import io.armature.reporting.mqtt.configuration.Signer;
import io.armature.reporting.mqtt.v3.PahoTransport;
import io.armature.reporting.mqtt5.Mqtt5Transport;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration on its way through a real broker, by either version of MQTT. */
@Tag("server")
class ConfigurationBridgeTest {

    private static final Topics TOPICS = Topics.of("d1");
    private static final int LIMIT = 64 << 10;

    @TempDir Path folder;
    private final Signer signer = new Signer();

    /** A bridge as the device's component makes one. */
    private BridgeFixture bridge(Mosquitto broker) {
        BridgeFixture fixture = new BridgeFixture(Samples.settings(broker.uri(), LIMIT));
        fixture.bridge.heed(
                thread ->
                        new ServerConfiguration(
                                new ServerConfiguration.Home(
                                        "0.1.0",
                                        signer.provision(folder.resolve("key")),
                                        folder.resolve(ServerConfiguration.FILE)),
                                new PlainFiles(),
                                fixture.spool,
                                new HandClock(),
                                thread));
        return fixture;
    }

    private static List<Destination> blocked(BridgeFixture device) throws InterruptedException {
        ListOfBlockedDestinations list =
                device.spool.configurations().poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(list).as("a configuration; faults: %s", device.bridge.faults()).isNotNull();
        return list.getDestinationsList();
    }

    private static int versionSaid(BridgeFixture device, Subscriber server, long id)
            throws Exception {
        device.upload(Samples.batch(id, id, 10));
        byte[] upload = server.up.poll(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(upload).as("an upload").isNotNull();
        UploadEnvelope envelope = UploadEnvelope.parseFrom(upload);
        assertThat(envelope.hasConfigurationVersion()).isTrue();
        assertThat(envelope.getRequest().getEncryptedRecordCount()).isEqualTo(1);
        return envelope.getConfigurationVersion();
    }

    @Test
    void configurationArrivesByBothTransportsAndOutlivesTheBridge() throws Exception {
        int version = 0;
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            for (Transport transport : List.of(new PahoTransport(), new Mqtt5Transport())) {
                try (BridgeFixture device = bridge(broker).started(transport)) {
                    if (version > 0) {
                        assertThat(blocked(device)).as("as kept").hasSize(1);
                    }
                    device.awaitUp();
                    assertThat(versionSaid(device, server, 2L * version)).isEqualTo(version);
                    version++;
                    server.publish(
                            TOPICS.configuration(),
                            signer.signed(
                                    version,
                                    rule(Destination.forNumber(15 + version)),
                                    rule(Destination.CRD_EVENTS, 1001, 2000)));
                    assertThat(blocked(device))
                            .containsExactly(Destination.forNumber(15 + version));
                    assertThat(versionSaid(device, server, 2L * version + 1)).isEqualTo(version);

                    server.publish(
                            TOPICS.configuration(),
                            new Signer().signed(version + 1, rule(Destination.OS_EVENTS)));
                    device.awaitFault("version " + version + " stays in force");
                    server.publish(TOPICS.configuration(), new byte[LIMIT / 2]);
                    device.awaitFault("{too long=1, signature=1}");
                    assertThat(device.spool.configurations()).isEmpty();
                    assertThat(device.availability).as("the link stays").isEmpty();
                }
            }
            try (BridgeFixture device = bridge(broker)) {
                assertThat(blocked(device))
                        .as("without a connection")
                        .containsExactly(Destination.forNumber(15 + version));
            }
        }
    }

    @Test
    void configurationWaitsForASpoolThatIsReplaced() throws Exception {
        HandClock clock = new HandClock();
        try (ReplacedSpool device = new ReplacedSpool(folder.resolve("framework"), clock)) {
            ServerConfiguration configuration =
                    new ServerConfiguration(
                            new ServerConfiguration.Home(
                                    "0.1.0",
                                    signer.provision(folder.resolve("key")),
                                    folder.resolve(ServerConfiguration.FILE)),
                            new PlainFiles(),
                            device.ways().keys(),
                            clock,
                            Runnable::run);
            configuration.receive(signer.signed(1, rule(Destination.OS_EVENTS)));
            configuration.receive(signer.signed(2, rule(Destination.CRD_EVENTS)));
            clock.advance(SpoolStandIns.KEYS_WAIT.minusSeconds(1));
            device.publish(Samples.spool());
            assertThat(configuration.faults()).isEmpty();
            device.withdraw();
            configuration.receive(signer.signed(3, rule(Destination.OS_EVENTS)));
            clock.advance(SpoolStandIns.KEYS_WAIT.plusSeconds(1));
            assertThat(configuration.faults())
                    .singleElement()
                    .satisfies(
                            fault ->
                                    assertThat(fault.reason())
                                            .contains("version 3 is not in force yet"));
            MemoryReporting next = Samples.spool();
            device.publish(next);
            clock.advance(Duration.ofMinutes(1));
            assertThat(next.configurations())
                    .singleElement()
                    .satisfies(
                            list ->
                                    assertThat(list.getDestinationsList())
                                            .containsExactly(Destination.OS_EVENTS));
            assertThat(configuration.faults()).isEmpty();
        }
    }
}
