package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.v3.PahoTransport;
import io.armature.reporting.mqtt5.Mqtt5Transport;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEnvelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge against Mosquitto with limits that nobody told the device. */
@Tag("server")
class BrokerLimitsTest {

    private static final int LIMIT = 256 << 10;

    @TempDir Path folder;
    private final Set<Long> came = new TreeSet<>();
    private final Set<Long> gaps = new TreeSet<>();

    private BridgeFixture bridge(Mosquitto broker) {
        BackOff quick = new BackOff(10, 50);
        BridgeSettings settings =
                new BridgeSettings(
                        broker.uri(), "d1", "password", 60, 30, 100, 4 << 20, LIMIT, quick, quick);
        return new BridgeFixture(settings, folder.resolve("set-aside")).started();
    }

    /** Offers the batch as the spool does, until each record has come, or a gap in its place. */
    private void deliver(
            BridgeFixture device, Subscriber server, UploadEncryptedRecordRequest batch)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (came.size() < batch.getEncryptedRecordCount()) {
            assertThat(System.nanoTime())
                    .as(
                            "came %d of %d, faults %s",
                            came.size(), batch.getEncryptedRecordCount(), device.bridge.faults())
                    .isLessThan(deadline);
            try {
                device.upload(batch);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(ReportingException.class);
            }
            byte[] payload = server.up.poll(20, TimeUnit.MILLISECONDS);
            for (; payload != null; payload = server.up.poll()) {
                for (EncryptedRecord one :
                        UploadEnvelope.parseFrom(payload).getRequest().getEncryptedRecordList()) {
                    long id = one.getSequenceInformation().getSequencingId();
                    came.add(id);
                    if (!one.hasEncryptedWrappedRecord()) {
                        gaps.add(id);
                    }
                }
            }
        }
    }

    @Test
    void brokerThatHangsUpAtLargePacketsGetsSmallerOnes() throws Exception {
        try (Mosquitto broker =
                        Mosquitto.start(folder, "allow_anonymous true", "max_packet_size 20000");
                BridgeFixture device = bridge(broker);
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            device.awaitUp();
            deliver(device, server, Samples.batch(0, 499, 512));
            assertThat(gaps).isEmpty();
            assertThat(device.bridge.faults())
                    .extracting(Fault::reason)
                    .anySatisfy(text -> assertThat(text).contains("connections broke at larger"));
        }
    }

    @Test
    void brokerThatDropsLargeMessagesAndAcknowledgesThemGetsSmallerOnes() throws Exception {
        try (Mosquitto broker =
                        Mosquitto.start(
                                folder, "allow_anonymous true", "message_size_limit 20000");
                BridgeFixture device = bridge(broker);
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            device.awaitUp();
            deliver(device, server, Samples.batch(0, 499, 512));
            assertThat(gaps).isEmpty();
        }
    }

    @Test
    void recordThatNoPacketOfTheBrokerHoldsIsSetAsideAndTheOthersArrive() throws Exception {
        UploadEncryptedRecordRequest batch =
                Samples.batch(0, 9, 512).toBuilder()
                        .addEncryptedRecord(Samples.record(10, 100_000))
                        .addAllEncryptedRecord(Samples.batch(11, 20, 512).getEncryptedRecordList())
                        .build();
        try (Mosquitto broker =
                        Mosquitto.start(folder, "allow_anonymous true", "max_packet_size 20000");
                BridgeFixture device = bridge(broker);
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            device.awaitUp();
            deliver(device, server, batch);
            assertThat(gaps).containsExactly(10L);
            assertThat(device.bridge.faults())
                    .extracting(Fault::reason)
                    .anySatisfy(text -> assertThat(text).contains("are kept in"));
        }
        try (var files = Files.list(folder.resolve("set-aside"))) {
            assertThat(
                            EncryptedRecord.parseFrom(
                                    Files.readAllBytes(files.findFirst().orElseThrow())))
                    .isEqualTo(Samples.record(10, 100_000));
        }
    }

    @Test
    void brokerThatTakesOneAtATimeGetsAll() throws Exception {
        try (Mosquitto broker =
                        Mosquitto.start(
                                folder,
                                "allow_anonymous true",
                                "max_inflight_messages 1",
                                "max_queued_messages 0");
                BridgeFixture device = bridge(broker);
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            device.awaitUp();
            for (int i = 0; i < 20; i++) {
                device.upload(Samples.batch(i * 100L, i * 100L + 99, 512));
            }
            assertThat(new TreeSet<>(server.ids(2_000)))
                    .containsExactlyElementsOf(LongStream.range(0, 2_000).boxed().toList());
        }
    }

    @Test
    void whatABrokerStatesIsKeptToWithoutLosingAConnection() throws Exception {
        try (Mosquitto broker =
                        Mosquitto.start(
                                folder,
                                "allow_anonymous true",
                                "max_packet_size 20000",
                                "max_inflight_messages 2");
                BridgeFixture device = bridge(broker);
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            device.awaitUp();
            device.bridge.use(Optional.of(new Mqtt5Transport()));
            device.awaitDown();
            device.awaitUp();
            device.upload(Samples.batch(0, 999, 512));
            assertThat(new TreeSet<>(server.ids(1_000))).hasSize(1_000);
            assertThat(device.availability).isEmpty();
            assertThat(device.bridge.faults()).isEmpty();
        }
    }

    @Test
    void replacedTransportUnderLoadLosesNothing() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                BridgeFixture device = bridge(broker);
                Subscriber server = new Subscriber(broker.uri(), "server", "")) {
            device.awaitUp();
            CompletableFuture<Void> swaps = CompletableFuture.runAsync(() -> swap(device));
            long sent = 0;
            while (!swaps.isDone()) {
                came.clear();
                deliver(device, server, Samples.batch(sent, sent + 1_999, 512));
                sent += 2_000;
            }
            swaps.get();
            assertThat(gaps).isEmpty();
        }
    }

    /** Both versions of MQTT, one after another: each connection lives until it is up. */
    private static void swap(BridgeFixture device) {
        try {
            for (int i = 0; i < 10; i++) {
                device.bridge.use(Optional.empty());
                device.awaitDown();
                device.bridge.use(
                        Optional.of(i % 2 == 0 ? new Mqtt5Transport() : new PahoTransport()));
                device.awaitUp();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
