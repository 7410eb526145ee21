package io.armature.backend.storage.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.backend.api.storage.StoredIds;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.mqtt.api.testing.Mosquitto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers share a database and, through Mosquitto, the uploads; they die again and again. */
@Tag("server")
class SharedServersTest {

    private static final int DEVICES = 3;
    private static final int ROUNDS = Integer.getInteger("armature.rounds", 6);
    private static final int WAIT_SECONDS = 60;

    /** Confirmed between two steps; a server that dies takes at most what is in flight along. */
    private static final int PROGRESS = 1_000;

    /** Average of a device; what a dead server had in hand goes once more. */
    private static final double MOST_SENDS = 2;

    @TempDir Path folder;
    private DatabaseServer database;
    private Mosquitto broker;
    private final List<Process> servers = new ArrayList<>();
    private final Object change = new Object();

    @BeforeEach
    void start() throws Exception {
        Optional<Path> postgresql = DatabaseServer.programs();
        if (postgresql.isEmpty()) {
            System.out.println("SKIPPED SharedServersTest: postgresql is not installed");
        }
        assumeTrue(postgresql.isPresent(), "postgresql is not installed");
        broker = Mosquitto.start(folder, "allow_anonymous true");
        database = DatabaseServer.start(postgresql.get());
    }

    @AfterEach
    void stop() throws Exception {
        servers.forEach(Process::destroyForcibly);
        if (broker != null) {
            broker.close();
        }
        if (database != null) {
            database.stop();
        }
    }

    @Test
    void everyRecordIsKeptExactlyOnceWhileServersAreKilled() throws Exception {
        Path keyFile = folder.resolve("own/keys");
        BackendKeys keys =
                BackendKeys.open(keyFile, new PlainFiles(), new SecureRandom()::nextBytes);
        servers.add(server(keyFile));
        servers.add(server(keyFile));
        List<SendingDevice> devices = new ArrayList<>();
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            SendingDevice device =
                    new SendingDevice("d" + i, keys.signedKey(), broker.uri(), change);
            devices.add(device);
            sending.add(CompletableFuture.runAsync(device, task -> new Thread(task).start()));
        }
        for (int round = 0; round < ROUNDS; round++) {
            awaitProgress(devices);
            Process killed = servers.get(round % 2);
            killed.destroyForcibly();
            assertThat(killed.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            // The other one goes on alone.
            awaitProgress(devices);
            if (round == ROUNDS / 2) {
                database.kill();
                database.startAgain();
            }
            // Takes its share before the other one is killed.
            servers.set(round % 2, server(keyFile));
        }
        devices.forEach(SendingDevice::enough);
        for (CompletableFuture<Void> one : sending) {
            one.get(2 * WAIT_SECONDS, TimeUnit.SECONDS);
        }
        servers.forEach(Process::destroyForcibly);
        try (RecordStorage storage = storage()) {
            for (SendingDevice device : devices) {
                check(storage, device);
            }
        }
        assertThat(devices.stream().mapToLong(d -> d.sent() - d.made()).sum())
                .as("records sent again: a round without any proves nothing")
                .isPositive();
        assertThat(devices)
                .allSatisfy(
                        device ->
                                assertThat(sends(device))
                                        .as("sends a record of %s", device.id())
                                        .isLessThanOrEqualTo(MOST_SENDS));
    }

    private static double sends(SendingDevice device) {
        return (double) device.sent() / device.made();
    }

    private void check(RecordStorage storage, SendingDevice device) throws IOException {
        Optional<String> only = Optional.of(device.id());
        List<StoredIds> ids = new ArrayList<>();
        storage.ids(only, ids::add);
        assertThat(ids).hasSize((int) device.made());
        for (int i = 0; i < ids.size(); i++) {
            assertThat(ids.get(i).id()).isEqualTo(i);
            assertThat(ids.get(i).kind()).isEqualTo(StoredIds.Kind.RECORD);
        }
        Set<String> printed = new HashSet<>();
        storage.read(only, (line, length) -> printed.add(data(line, length)));
        assertThat(printed).hasSize((int) device.made()).contains("record 0");
        DeviceCounts counts = storage.counts().get(device.id());
        assertThat(counts.records()).isEqualTo(device.made());
        assertThat(counts.conflicts()).isZero();
        assertThat(counts.chainBreaks()).isZero();
        assertThat(counts.gaps() + counts.refused()).isZero();
        System.out.printf(
                Locale.ROOT,
                "device %s: %d records, %d sent again, %.2f sends a record, %d duplicates%n",
                device.id(),
                device.made(),
                device.sent() - device.made(),
                sends(device),
                counts.duplicates());
    }

    private static String data(byte[] line, int length) {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        return text.substring(text.indexOf("record "), text.lastIndexOf('"'));
    }

    /** Waits until so many more are confirmed. */
    private void awaitProgress(List<SendingDevice> devices) throws InterruptedException {
        long from = total(devices);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        synchronized (change) {
            while (total(devices) < from + PROGRESS) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                assertThat(left).as("time left until records are confirmed").isPositive();
                change.wait(left);
            }
        }
    }

    private static long total(List<SendingDevice> devices) {
        return devices.stream().mapToLong(SendingDevice::confirmed).sum();
    }

    private RecordStorage storage() {
        return new PostgresqlProvider(database.address(), Duration.ofMinutes(10), new HandClock())
                .open(new StorageProvider.Terms(LineStorage::print, 3, Duration.ofMinutes(10)));
    }

    /** Starts one; returns when it gets its share of the uploads. */
    private Process server(Path keys) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ServerProcess.class.getName(),
                                broker.uri(),
                                String.valueOf(database.port()),
                                keys.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("server.log").toFile()))
                        .start();
        assertThat(broker.said("Sending SUBACK to armature-reporting-server")).isTrue();
        return process;
    }
}
