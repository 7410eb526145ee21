package io.armature.backend.reporting.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.reporting.fake.FakeDevice;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.storage.RecordStore.Verdict;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much is remembered of devices that have very many queues and holes. */
class StoredQueuesTest {

    @TempDir Path root;
    private final HandClock clock = new HandClock(Instant.parse("2026-03-04T10:00:00Z"), 0);
    private final PlainFiles files = new PlainFiles();

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(root.resolve("own"));
    }

    private RecordStore open(int queuesPerDevice) throws IOException {
        return RecordStore.open(
                root.resolve("records"),
                root.resolve("own/checkpoint"),
                files,
                clock,
                new RecordStore.Limits(queuesPerDevice, 1 << 30, 3, 0));
    }

    private static QueueName queue(String device, long generation) {
        return new QueueName(device, Priority.SLOW_BATCH, "", generation);
    }

    private static Verdict offer(RecordStore store, QueueName queue, long id) throws IOException {
        return store.offer(queue, id, new Content.Gap());
    }

    @Test
    void longestUnusedQueueOfTheDeviceIsForgottenAlsoOverARestart() throws IOException {
        try (RecordStore store = open(2)) {
            offer(store, queue("other", 1), 0);
            offer(store, queue("d", 1), 0);
            offer(store, queue("d", 2), 0);
            store.offerAgain(queue("d", 1), 0);
            store.commit();
        }
        try (RecordStore store = open(2)) {
            offer(store, queue("d", 3), 0);
            store.commit();
            assertThat(store.passed(queue("d", 1), 0)).isTrue();
            assertThat(store.passed(queue("d", 2), 0)).isFalse();
            assertThat(store.passed(queue("d", 3), 0)).isTrue();
            assertThat(store.passed(queue("other", 1), 0)).isTrue();
        }
    }

    @Test
    void islandsOfADeviceAreBoundedAndEachOfItsQueuesStillGoesOn() throws IOException {
        int queues = 40;
        try (RecordStore store = open(queues)) {
            int islands = 0;
            for (int queue = 1; queue <= queues; queue++) {
                for (int id = 1; id < 2 * StoredQueue.RUN_LIMIT; id += 2) {
                    islands += offer(store, queue("d", queue), id) == Verdict.STORED ? 1 : 0;
                }
            }
            assertThat(islands)
                    .isGreaterThanOrEqualTo(16 * StoredQueue.RUN_LIMIT)
                    .isLessThanOrEqualTo(16 * StoredQueue.RUN_LIMIT + queues);
            // The last queue has one island, so that its hole can end.
            assertThat(offer(store, queue("d", queues), 1)).isEqualTo(Verdict.DUPLICATE);
            assertThat(offer(store, queue("d", queues), 3)).isEqualTo(Verdict.LEFT);
            assertThat(offer(store, queue("d", queues), 0)).isEqualTo(Verdict.STORED);
            assertThat(offer(store, queue("d", queues), 2)).isEqualTo(Verdict.STORED);
            assertThat(offer(store, queue("other", 1), 3)).isEqualTo(Verdict.STORED);
            // What is forgotten makes room.
            assertThat(offer(store, queue("d", queues + 1), 0)).isEqualTo(Verdict.STORED);
            assertThat(offer(store, queue("d", queues), 4)).isEqualTo(Verdict.STORED);
            assertThat(offer(store, queue("d", queues), 6)).isEqualTo(Verdict.STORED);
            store.commit();
        }
    }

    @Test
    void deviceOfEndlessQueuesHoldsNobodyUp() throws Exception {
        // As after long: many devices, each with as many queues as are remembered.
        Map<QueueName, StoredQueue> known = new HashMap<>();
        for (int device = 0; device < 25; device++) {
            for (int generation = 1; generation <= 4096; generation++) {
                known.put(queue("d" + device, generation), new StoredQueue());
            }
        }
        Files.write(
                root.resolve("own/checkpoint"), new Checkpoint(Map.of(), known, Map.of()).encode());
        BackendKeys keys =
                BackendKeys.open(root.resolve("own/keys"), files, new SecureRandom()::nextBytes);
        BlockingQueue<String> confirmed = new LinkedBlockingQueue<>();
        try (ReportingServer server =
                new ReportingServer(
                        keys,
                        new LineStorage(
                                open(4096), new DeviceNotes(root.resolve("own/devices"), files)),
                        (topic, payload) -> {
                            if (topic.equals("armature/v1/honest/down/confirm")) {
                                confirmed.add(topic);
                            }
                        },
                        device -> true,
                        clock,
                        new ReportingServer.Limits(1, 64 << 20, 32 << 20))) {
            FakeDevice hostile = new FakeDevice("d0", keys.signedKey());
            List<EncryptedRecord> records = new ArrayList<>();
            for (int i = 0; i < 30_000; i++) {
                records.add(
                        EncryptedRecord.newBuilder()
                                .setSequenceInformation(
                                        hostile.sequence(i % 2)
                                                .setGenerationGuid(UUID.randomUUID().toString()))
                                .build());
            }
            FakeDevice honest = new FakeDevice("honest", keys.signedKey());
            server.received(hostile.topic(), FakeDevice.batch(records));
            server.received(honest.topic(), FakeDevice.batch(honest.next("still here")));
            assertThat(confirmed.poll(20, TimeUnit.SECONDS)).isNotNull();
        }
    }
}
