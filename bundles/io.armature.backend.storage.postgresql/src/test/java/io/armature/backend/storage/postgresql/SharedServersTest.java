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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers share a database and, through Mosquitto, the uploads; they die again and again. */
class SharedServersTest {

    private static final int DEVICES = 3;
    private static final int ROUNDS = Integer.getInteger("armature.rounds", 6);
    private static final int WAIT_SECONDS = 60;

    @TempDir Path folder;
    private DatabaseServer database;
    private MosquittoBroker broker;
    private final List<Process> servers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Optional<Path> postgresql = DatabaseServer.programs();
        Optional<Path> mosquitto = MosquittoBroker.program();
        if (postgresql.isEmpty() || mosquitto.isEmpty()) {
            System.out.println(
                    "SKIPPED SharedServersTest: postgresql or mosquitto is not installed");
        }
        assumeTrue(postgresql.isPresent(), "postgresql is not installed");
        assumeTrue(mosquitto.isPresent(), "mosquitto is not installed");
        database = DatabaseServer.start(postgresql.get());
        broker = MosquittoBroker.start(mosquitto.get(), folder);
    }

    @AfterEach
    void stop() throws Exception {
        servers.forEach(Process::destroyForcibly);
        if (broker != null) {
            broker.stop();
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
            SendingDevice device = new SendingDevice("d" + i, keys.signedKey(), broker.url());
            devices.add(device);
            sending.add(CompletableFuture.runAsync(device, task -> new Thread(task).start()));
        }
        for (int round = 0; round < ROUNDS; round++) {
            awaitProgress(devices, 100);
            Process killed = servers.get(round % 2);
            killed.destroyForcibly();
            assertThat(killed.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            // The other one goes on alone.
            awaitProgress(devices, 100);
            if (round == ROUNDS / 2) {
                database.kill();
                database.startAgain();
            }
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
                "device %s: %d records, %d sent again, %d duplicates%n",
                device.id(), device.made(), device.sent() - device.made(), counts.duplicates());
    }

    private static String data(byte[] line, int length) {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        return text.substring(text.indexOf("record "), text.lastIndexOf('"'));
    }

    /** Waits until that many more are confirmed. */
    private static void awaitProgress(List<SendingDevice> devices, long more) {
        long from = total(devices);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (total(devices) < from + more) {
            assertThat(System.nanoTime()).as("records are confirmed").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static long total(List<SendingDevice> devices) {
        return devices.stream().mapToLong(SendingDevice::confirmed).sum();
    }

    private RecordStorage storage() {
        return new PostgresqlProvider(database.address(), Duration.ofMinutes(10), new HandClock())
                .open(new StorageProvider.Terms(LineStorage::print, 3, Duration.ofMinutes(10)));
    }

    private Process server(Path keys) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        broker.url(),
                        String.valueOf(database.port()),
                        keys.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()))
                .start();
    }
}
