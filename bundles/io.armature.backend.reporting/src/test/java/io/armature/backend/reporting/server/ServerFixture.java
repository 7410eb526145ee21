package io.armature.backend.reporting.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.storage.DeviceNotes;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.ReplyEnvelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A reporting server on a temporary folder, restarted at will; what it sends is kept. */
final class ServerFixture implements AutoCloseable {

    static final ReportingServer.Limits LIMITS = new ReportingServer.Limits(1, 64 << 20, 32 << 20);

    private static final RecordStore.Limits STORE =
            new RecordStore.Limits(4096, 1 << 20, 3, Duration.ofSeconds(60).toNanos());

    /** A message of the server. */
    record Sent(String topic, byte[] payload) {}

    final HandClock clock = new HandClock(Instant.parse("2026-03-04T23:59:00Z"), 0);
    final PlainFiles files = new PlainFiles();
    final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    final Set<String> unknown = ConcurrentHashMap.newKeySet();
    final AtomicInteger lookUps = new AtomicInteger();
    volatile boolean lookUpsFail;
    volatile CountDownLatch opening = new CountDownLatch(1);
    private final Path root;
    private BackendKeys keys;
    private long keysTaken;
    private LineStorage store;
    private ReportingServer server;

    ServerFixture(Path root) throws Exception {
        this.root = root;
        start(LIMITS);
    }

    private void start(ReportingServer.Limits limits) throws Exception {
        keys = BackendKeys.open(root.resolve("own/keys"), files, new SecureRandom()::nextBytes);
        store =
                new LineStorage(
                        RecordStore.open(
                                root.resolve("records"),
                                root.resolve("own/checkpoint"),
                                files,
                                clock,
                                STORE),
                        new DeviceNotes(root.resolve("own/devices"), files));
        server =
                new ReportingServer(
                        keys,
                        store,
                        (topic, payload) -> sent.add(new Sent(topic, payload)),
                        device -> {
                            opening.countDown();
                            lookUps.incrementAndGet();
                            if (lookUpsFail) {
                                throw new IOException("nobody can tell");
                            }
                            return !unknown.contains(device);
                        },
                        clock,
                        limits);
    }

    void restart() throws Exception {
        restart(LIMITS);
    }

    void restart(ReportingServer.Limits limits) throws Exception {
        close();
        sent.clear();
        start(limits);
    }

    @Override
    public void close() {
        server.close();
    }

    ReportingServer server() {
        return server;
    }

    BackendKeys keys() {
        return keys;
    }

    FakeDevice device(String id) {
        return new FakeDevice(id, keys.signedKey());
    }

    void upload(FakeDevice device, EncryptedRecord... records) {
        server.received(device.topic(), FakeDevice.batch(records));
    }

    DeviceCounts counts(String device) {
        return store.counts().getOrDefault(device, DeviceCounts.NONE);
    }

    List<String> records() throws Exception {
        List<String> lines = new ArrayList<>();
        store.read(
                Optional.empty(),
                (line, length) -> lines.add(new String(line, 0, length, StandardCharsets.UTF_8)));
        return lines;
    }

    Sent take(String topic) throws InterruptedException {
        Sent message = sent.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.topic().equals(topic)) {
            keysTaken += message.topic().endsWith("/down/key") ? 1 : 0;
            message = sent.poll(60, TimeUnit.SECONDS);
        }
        assertThat(message).as("message on %s", topic).isNotNull();
        return message;
    }

    LineStorage storage() {
        return store;
    }

    long keysSent() {
        return sent.stream().filter(one -> one.topic().endsWith("/down/key")).count() + keysTaken;
    }

    ReplyEnvelope reply() throws Exception {
        return ReplyEnvelope.parseFrom(take("armature/v1/d/down/reply").payload());
    }

    long confirmed() throws Exception {
        Sent message = sent.poll(60, TimeUnit.SECONDS);
        while (message != null && !message.topic().endsWith("/down/confirm")) {
            message = sent.poll(60, TimeUnit.SECONDS);
        }
        assertThat(message).as("a confirmation").isNotNull();
        return ConfirmRecordUploadRequest.parseFrom(message.payload())
                .getSequenceInformation()
                .getSequencingId();
    }

    /** The first confirmation must not be followed by a lower one. */
    void awaitConfirmed(long id) throws Exception {
        long last = confirmed();
        while (last < id) {
            last = confirmed();
        }
        assertThat(last).isEqualTo(id);
        // The batch's reply follows its confirmation.
        Sent reply = sent.poll(60, TimeUnit.SECONDS);
        assertThat(reply).isNotNull();
    }
}
