package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.mqtt.api.testing.Namespace;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bridge and Mosquitto with a real network between them that is cut, narrow, or loses packets.
 */
@Tag("server")
class BadNetworkTest {

    private static final int LIMIT = 64 << 10;

    @TempDir Path folder;

    private static BridgeFixture bridge(Mosquitto broker, int acknowledgeSeconds) {
        return bridge(broker, acknowledgeSeconds, LIMIT, new BackOff(10, 200));
    }

    private static BridgeFixture bridge(
            Mosquitto broker, int acknowledgeSeconds, int maxPacketBytes, BackOff resend) {
        return new BridgeFixture(
                        new BridgeSettings(
                                broker.uri(),
                                "d1",
                                "password",
                                acknowledgeSeconds,
                                acknowledgeSeconds,
                                100,
                                1 << 20,
                                maxPacketBytes,
                                new BackOff(10, 200),
                                resend))
                .started();
    }

    private static Subscriber server(Namespace network, Mosquitto broker) throws Exception {
        return new Subscriber(
                "tcp://" + network.otherAddress() + ":" + broker.port(), "server", "");
    }

    /** Offers all again and again, as the spool does, until all have come. */
    private static void deliver(BridgeFixture device, Subscriber server, int count)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BridgeFixture.WAIT_SECONDS);
        Set<Long> wanted =
                LongStream.range(0, count).collect(TreeSet::new, TreeSet::add, TreeSet::addAll);
        while (!wanted.isEmpty()) {
            assertThat(System.nanoTime())
                    .as("missing %d, faults %s", wanted.size(), device.bridge.faults())
                    .isLessThan(deadline);
            try {
                device.upload(Samples.batch(0, count - 1, 512));
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(ReportingException.class);
            }
            while (!server.up.isEmpty()) {
                wanted.removeAll(server.ids(1));
            }
        }
    }

    @Test
    void cableThatIsCutAgainAndAgainLosesNothing() throws Exception {
        try (Namespace network = Namespace.make();
                Mosquitto broker = Mosquitto.start(network, folder, "allow_anonymous true");
                Subscriber server = server(network, broker);
                BridgeFixture device = bridge(broker, 1)) {
            device.awaitUp();
            for (int round = 0; round < 3; round++) {
                CompletableFuture<Void> cut =
                        CompletableFuture.runAsync(() -> cutUntilNoticed(network, device));
                do {
                    deliver(device, server, 2_000);
                } while (!cut.isDone());
                cut.get();
            }
        }
    }

    private static void cutUntilNoticed(Namespace network, BridgeFixture device) {
        try {
            network.cut();
            device.awaitDown();
            device.awaitFault("no connection");
            network.mend();
            device.awaitUp();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void narrowWayOutIsSlowAndEndsNoConnection() throws Exception {
        try (Namespace network = Namespace.make();
                Mosquitto broker = Mosquitto.start(network, folder, "allow_anonymous true");
                Subscriber server = server(network, broker);
                BridgeFixture device = bridge(broker, 30)) {
            device.awaitUp();
            network.shape(512);
            long before = System.nanoTime();
            device.upload(Samples.batch(0, 199, 1_024));
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .as("200 kB at 64 kB/s")
                    .isGreaterThan(Duration.ofSeconds(2));
            assertThat(new TreeSet<>(server.ids(200))).hasSize(200);
            assertThat(device.availability).isEmpty();
        }
    }

    @Test
    void narrowWayOutIsTakenOnceHoweverOftenTheSpoolOffersTheSame() throws Exception {
        BackOff resend = new BackOff(2_000, 2_000);
        try (Namespace network = Namespace.make();
                Mosquitto broker = Mosquitto.start(network, folder, "allow_anonymous true");
                Subscriber server = server(network, broker);
                BridgeFixture device = bridge(broker, 30, 1 << 20, resend)) {
            device.awaitUp();
            network.shape(512);
            UploadEncryptedRecordRequest batch = Samples.batch(0, 399, 1_024);
            CompletableFuture<?> first = device.bridge.upload(batch).toCompletableFuture();
            int offers = 0;
            while (!first.isDone()) {
                device.upload(batch);
                offers++;
            }
            first.get(BridgeFixture.WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(offers).as("offered while it was on its way").isGreaterThan(10);
            device.upload(Samples.batch(400, 400, 10));
            assertThat(server.ids(401)).isEqualTo(LongStream.rangeClosed(0, 400).boxed().toList());
        }
    }

    @Test
    void networkThatLosesPacketsLosesNoRecords() throws Exception {
        try (Namespace network = Namespace.make();
                Mosquitto broker = Mosquitto.start(network, folder, "allow_anonymous true");
                Subscriber server = server(network, broker);
                BridgeFixture device = bridge(broker, 30)) {
            device.awaitUp();
            network.drop(20);
            deliver(device, server, 1_000);
            assertThat(network.dropped()).isPositive();
        }
    }
}
