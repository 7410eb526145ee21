package io.armature.backend.storage.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.backend.api.storage.StoredIds;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.link.Broker;
import io.armature.backend.reporting.link.BrokerLink;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.server.ServerCounts;
import io.armature.backend.reporting.server.WatchedStorage;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.platform.api.testing.MachineClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two servers that share the uploads, one loses its way to the database and gets it back. */
@Tag("server")
class StorageOutageTest {

    private static final int WAIT_SECONDS = 60;
    private static final int UPLOADS = 50;

    /** Not for ever: an upload that reached a server without storage is sent again. */
    private static final long AGAIN_MILLIS = 1_000;

    /** A server that shares the uploads. */
    private record Shared(ReportingServer server, BrokerLink link, RecordStorage storage) {}

    @TempDir Path folder;
    private final MachineClock clock = new MachineClock();
    private final List<Shared> servers = new ArrayList<>();
    private final BlockingQueue<Long> confirmed = new LinkedBlockingQueue<>();
    private DatabaseServer database;
    private Mosquitto broker;
    private MqttAsyncClient client;
    private FakeDevice device;
    private BackendKeys keys;
    private long ids;
    private long sent;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> postgresql = DatabaseServer.programs();
        if (postgresql.isEmpty()) {
            System.out.println("SKIPPED StorageOutageTest: postgresql is not installed");
        }
        assumeTrue(postgresql.isPresent(), "postgresql is not installed");
        broker = Mosquitto.start(folder, "allow_anonymous true");
        database = DatabaseServer.start(postgresql.get());
        keys =
                BackendKeys.open(
                        folder.resolve("own/keys"),
                        new PlainFiles(),
                        new SecureRandom()::nextBytes);
        device = new FakeDevice("d", keys.signedKey());
        client = new MqttAsyncClient(broker.uri(), "d", new MemoryPersistence());
        client.connect().waitForCompletion(20_000);
        client.subscribe("armature/v1/d/down/confirm", 1, (topic, message) -> hear(message))
                .waitForCompletion(20_000);
    }

    private void hear(org.eclipse.paho.client.mqttv3.MqttMessage message) throws Exception {
        confirmed.add(
                ConfirmRecordUploadRequest.parseFrom(message.getPayload())
                        .getSequenceInformation()
                        .getSequencingId());
    }

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.disconnectForcibly(0, 1);
            client.close(true);
        }
        for (Shared one : servers) {
            one.server().close();
            one.link().close();
        }
        if (broker != null) {
            broker.close();
        }
        if (database != null) {
            database.stop();
        }
        clock.close();
    }

    private Shared server(String role) throws Exception {
        RecordStorage storage =
                new PostgresqlProvider(database.address(role), Duration.ofMinutes(10), clock)
                        .open(
                                new StorageProvider.Terms(
                                        LineStorage::print, 3, Duration.ofMinutes(10)));
        AtomicReference<ReportingServer> server = new AtomicReference<>();
        BrokerLink link =
                new BrokerLink(
                        new Broker(URI.create(broker.uri()), "", "", "servers"),
                        clock,
                        (topic, payload) -> server.get().received(topic, payload));
        WatchedStorage watched = new WatchedStorage(storage, link, clock);
        watched.start();
        server.set(
                new ReportingServer(
                        keys,
                        watched,
                        link,
                        device -> true,
                        clock,
                        new ReportingServer.Limits(1, 64 << 20, 32 << 20)));
        link.start();
        Shared shared = new Shared(server.get(), link, watched);
        servers.add(shared);
        return shared;
    }

    /** Sends one more record, again and again until it is confirmed. */
    private void deliver() throws Exception {
        long id = ids++;
        EncryptedRecord record = device.next("record " + id);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        Long last;
        do {
            assertThat(System.nanoTime()).as("record %d is confirmed", id).isLessThan(deadline);
            sent++;
            client.publish(device.topic(), FakeDevice.batch(List.of(record)), 1, false);
            last = confirmed.poll(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            while (last != null && last < id) {
                last = confirmed.poll(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        } while (last == null);
    }

    private static ServerCounts counts(Shared one) {
        return one.server().counts();
    }

    /** Until this server has stored one. */
    private void deliverUntilStoredBy(Shared one) throws Exception {
        long before = counts(one).batches();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (counts(one).batches() == before) {
            assertThat(System.nanoTime()).as("a server takes its share").isLessThan(deadline);
            deliver();
        }
    }

    @Test
    void serverWithoutItsDatabaseLeavesTheUploadsToTheOtherAndComesBack() throws Exception {
        database.sql("CREATE ROLE second LOGIN SUPERUSER");
        Shared first = server(DatabaseServer.USER);
        Shared second = server("second");
        deliverUntilStoredBy(first);
        deliverUntilStoredBy(second);

        database.sql("ALTER ROLE second NOLOGIN");
        database.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'second'");
        while (counts(second).failures() == 0) {
            deliver();
        }
        assertThat(broker.said("Sending UNSUBACK")).isTrue();
        assertThat(second.storage().faults())
                .anySatisfy(fault -> assertThat(fault.subject()).isEqualTo("shared uploads"));
        long failures = counts(second).failures();
        long sentBefore = sent;
        for (int i = 0; i < UPLOADS; i++) {
            deliver();
        }
        System.out.printf(
                "StorageOutageTest: %d uploads while one server had no database, sent %d times,"
                        + " %d reached that server%n",
                UPLOADS, sent - sentBefore, counts(second).failures() - failures);
        assertThat(sent - sentBefore).isEqualTo(UPLOADS);
        assertThat(counts(second).failures()).isEqualTo(failures);
        assertThat(second.link().connected()).isTrue();

        database.sql("ALTER ROLE second LOGIN");
        deliverUntilStoredBy(second);
        assertThat(second.storage().faults()).isEmpty();
        List<StoredIds> stored = new ArrayList<>();
        first.storage().ids(Optional.of("d"), stored::add);
        assertThat(stored).hasSize((int) ids);
        assertThat(first.storage().counts().get("d").conflicts()).isZero();
    }

    @Test
    void serverThatStartsWithoutItsDatabaseTakesNothingUntilItIsThere() throws Exception {
        database.sql("CREATE ROLE second NOLOGIN SUPERUSER");
        server(DatabaseServer.USER);
        Shared second = server("second");
        assertThat(broker.said("armature-reporting-server")).isTrue();
        for (int i = 0; i < UPLOADS; i++) {
            deliver();
        }
        assertThat(counts(second).failures()).isZero();
        assertThat(counts(second).batches()).isZero();
        database.sql("ALTER ROLE second LOGIN");
        deliverUntilStoredBy(second);
    }
}
