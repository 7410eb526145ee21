package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.seal.KeyFiles;
import io.armature.reporting.seal.RecordSealing;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings count from the moment they are set; nothing is closed, opened or lost for that. */
class LiveSettingsTest {

    private static final Priority PRIORITY = Priority.MANUAL_BATCH;
    private static final SealSettings SEALED = new SealSettings(true, true, 0);
    private static final SealSettings PLAIN = new SealSettings(false, false, 0);

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void make() {
        spool = new SpoolFixture(root);
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void theListOfBlockedDestinationsCountsWhileTheFlagIsOn() throws Exception {
        spool.start();
        SpoolFixture.await(
                spool.spool()
                        .updateConfiguration(
                                ListOfBlockedDestinations.newBuilder()
                                        .addDestinations(Destination.HEARTBEAT_EVENTS)
                                        .build()));
        spool.store(PRIORITY, "0");
        change(new SpoolFlags(Set.of(), true, true));
        assertThat(SpoolFixture.failure(spool.enqueue(PRIORITY, "x")))
                .hasToString("CANCELLED:Record blocked by destination.");
        change(SpoolFlags.standard());
        assertThat(spool.store(PRIORITY, "1").sequencingId()).isEqualTo(1);
    }

    @Test
    void theModeOfAPriorityIsSwitchedBothWaysAndAllQueuesGoOnUploading() throws Exception {
        spool.start();
        Enqueued first = spool.store(PRIORITY, "a");
        assertThat(first.generationGuid()).isNotEmpty();
        change(single());
        Enqueued legacy = spool.store(PRIORITY, "b");
        assertThat(legacy.generationGuid()).isEmpty();
        assertThat(legacy.sequencingId()).isZero();
        change(SpoolFlags.standard());
        assertThat(spool.store(PRIORITY, "c").generationGuid()).isEqualTo(first.generationGuid());
        change(single());
        assertThat(spool.store(PRIORITY, "d").sequencingId()).isEqualTo(1);
        assertThat(spool.left(PRIORITY)).containsExactlyInAnyOrder("a", "c", "b", "d");
    }

    /** It was opened while nobody could write to it. */
    @Test
    void theQueueOfASingleGenerationIsWrittenToAgainWhenTheModeComesBack() throws Exception {
        spool.settings(SpoolSettings.standard().with(single())).start();
        Enqueued before = spool.store(PRIORITY, "a");
        spool.settings(SpoolSettings.standard()).restart();
        assertThat(spool.store(PRIORITY, "b").generationGuid()).isNotEmpty();
        spool.confirm(before);
        change(single());
        Enqueued after = spool.store(PRIORITY, "c");
        assertThat(after.generationId()).isEqualTo(before.generationId());
        assertThat(after.sequencingId()).isEqualTo(1);
    }

    @Test
    void encryptionThatIsSwitchedOffReleasesWhoWaitsForAKey() throws Exception {
        HandClock clock = new HandClock();
        spool.sealing(
                        new RecordSealing(
                                new NoKeys(),
                                root.resolve("none"),
                                clock,
                                new Random(1)::nextBytes,
                                SEALED))
                .start();
        CompletionStage<Enqueued> waiting = spool.enqueue(PRIORITY, "waits");
        SpoolFixture.await(spool.spool().queues());
        assertThat(waiting.toCompletableFuture()).isNotDone();
        spool.spool().change(SpoolSettings.standard(), PLAIN);
        assertThat(SpoolFixture.await(waiting).sequencingId()).isZero();
        EncryptedRecord stored = spool.offered(PRIORITY).get(0);
        assertThat(stored.hasEncryptionInfo()).isFalse();
        assertThat(stored.hasCompressionInformation()).isFalse();
        spool.spool().change(SpoolSettings.standard(), SEALED);
        CompletionStage<Enqueued> again = spool.enqueue(PRIORITY, "waits");
        assertThat(again.toCompletableFuture()).isNotDone();
        spool.connect();
        do {
            spool.clock.advance(Duration.ofSeconds(5));
        } while (!spool.uploader.next().getNeedEncryptionKeys());
        spool.clock.advance(Duration.ofSeconds(60));
        assertThat(SpoolFixture.failure(again).getMessage()).contains("not delivered within 60 s");
    }

    @Test
    void aBatchIsAsLargeAsTheSettingOfTheMomentSays() throws Exception {
        spool.start();
        for (int i = 0; i < 4; i++) {
            spool.store(PRIORITY, "x".repeat(10_000));
        }
        spool.connect();
        assertThat(spool.uploader.next().getEncryptedRecordCount()).isEqualTo(4);
        spool.spool().change(settings(5_000), SEALED);
        spool.spool().flush(PRIORITY);
        assertThat(spool.uploader.next().getEncryptedRecordCount()).isEqualTo(1);
    }

    @Test
    void noCallIsLostWhileSettingsChange() throws Exception {
        int callers = 4;
        int records = 300;
        spool.settings(settings(1 << 20)).start();
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        List<Future<Integer>> stored = new ArrayList<>();
        try {
            for (int caller = 0; caller < callers; caller++) {
                stored.add(threads.submit(() -> store(records)));
            }
            List<Map<String, Object>> each =
                    List.of(
                            Map.of("legacy_storage_enabled", "MANUAL_BATCH", "jobs", 1),
                            Map.of("blocking_destinations_enabled", true, "jobs", 9),
                            Map.of("controlled_degradation", "off", "batch_bytes", 1));
            for (int i = 0; !stored.stream().allMatch(Future::isDone); i++) {
                GivenSettings given = new GivenSettings(each.get(i % each.size()));
                spool.spool().change(given.spool(), given.seal());
            }
            for (Future<Integer> one : stored) {
                assertThat(one.get()).isEqualTo(records);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(spool.left(PRIORITY)).hasSize(callers * records);
    }

    private int store(int records) throws Exception {
        for (int i = 0; i < records; i++) {
            spool.store(PRIORITY, "record " + i);
        }
        return records;
    }

    private void change(SpoolFlags flags) {
        spool.spool().change(SpoolSettings.standard().with(flags), SEALED);
    }

    private static SpoolFlags single() {
        return new SpoolFlags(Set.of(QueueKind.MANUAL_BATCH), false, true);
    }

    private static SpoolSettings settings(long batchBytes) {
        return new GivenSettings(Map.of("batch_bytes", batchBytes)).spool();
    }

    /** No key has ever come. */
    private static final class NoKeys implements KeyFiles {
        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public byte[] read(String name, int limit) {
            throw new AssertionError(name);
        }

        @Override
        public void replace(String name, byte[] content) {
            throw new AssertionError(name);
        }

        @Override
        public void delete(String name) {
            throw new AssertionError(name);
        }

        @Override
        public void setAside(String name) {
            throw new AssertionError(name);
        }
    }
}
