package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pools' sizes count from the moment they are set, and a smaller one takes nothing away. */
class LivePoolsTest {

    private static final int SEGMENT = 64 << 10;

    /** Three to a segment. */
    private static final int RECORD = 20_000;

    private static final SealSettings SEAL = new SealSettings(true, true, 0);

    @TempDir Path root;
    private SpoolFixture spool;
    private final AtomicReference<InterceptedStorage.Interceptor> disk =
            new AtomicReference<>((point, path) -> {});
    private final CountDownLatch goOn = new CountDownLatch(1);

    @BeforeEach
    void make() {
        spool = new SpoolFixture(root).intercepted(disk);
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        spool.close();
    }

    @Test
    void aSmallerDiskPoolTakesNothingAwayUntilTheNextSegmentHasOthersShed() throws Exception {
        spool.settings(disk(8)).start();
        List<Enqueued> low = fill(Priority.MANUAL_BATCH, 4);
        List<Enqueued> high = fill(Priority.IMMEDIATE, 3);

        change(disk(4));

        assertThat(spool.segments(low.get(0))).hasSize(4);
        assertThat(spool.left(Priority.MANUAL_BATCH)).hasSize(12).doesNotContainNull();
        assertThat(state(low.get(0)).counters()).isEqualTo(QueueCounters.withoutLoss(12));

        assertThat(spool.store(Priority.IMMEDIATE, data(9)).sequencingId()).isEqualTo(9);

        assertThat(state(low.get(0)).counters()).isEqualTo(new QueueCounters(12, 12, 11));
        assertThat(spool.left(Priority.IMMEDIATE)).hasSize(10).doesNotContainNull();
        assertThat(spool.segments(high.get(0))).hasSize(4);
        assertThat(bytes()).isLessThanOrEqualTo(4 * SEGMENT);
    }

    @Test
    void whereNothingMayBeShedASmallerDiskPoolRefusesUntilConfirmationsMakeRoom() throws Exception {
        spool.settings(disk(6)).start();
        List<Enqueued> stored = fill(Priority.SECURITY, 5);

        change(disk(2));

        for (Priority any : List.of(Priority.SECURITY, Priority.MANUAL_BATCH)) {
            assertThat(SpoolFixture.failure(spool.enqueue(any, data(0))).code())
                    .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        }
        assertThat(spool.left(Priority.SECURITY)).hasSize(15).doesNotContainNull();
        spool.confirm(stored.get(8));
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.SECURITY, data(0))).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        spool.confirm(stored.get(11));
        assertThat(spool.store(Priority.SECURITY, data(15)).sequencingId()).isEqualTo(15);
        assertThat(bytes()).isLessThanOrEqualTo(2 * SEGMENT);
    }

    @Test
    void whatALargerDiskPoolHasMoreIsThereAtOnce() throws Exception {
        SpoolFlags nothingShed = new SpoolFlags(Set.of(), false, false);
        spool.settings(disk(2).with(nothingShed)).start();
        fill(Priority.FAST_BATCH, 2);
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.FAST_BATCH, data(6))).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);

        change(disk(3).with(nothingShed));

        assertThat(spool.store(Priority.FAST_BATCH, data(6)).sequencingId()).isEqualTo(6);
        assertThat(spool.left(Priority.FAST_BATCH)).hasSize(7).doesNotContainNull();
    }

    @Test
    void whoWaitsForMemoryGetsThatOfALargerPoolAndASmallerOneEndsNobody() throws Exception {
        spool.start();
        SpoolFixture.await(spool.spool().queues());
        disk.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        await(goOn);
                    }
                });
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(spool.enqueue(Priority.FAST_BATCH, "x".repeat(50_000)));
        }
        long before = spool.spool().memoryBytes();
        assertThat(before).isBetween(2L << 20, 3L << 20);

        change(memory(16L << 20));

        long taken = spool.spool().memoryBytes();
        assertThat(taken).isGreaterThan(100 * 2 * 50_000);

        change(memory(4L << 20));

        assertThat(spool.spool().memoryBytes()).isEqualTo(taken);
        all.add(spool.enqueue(Priority.FAST_BATCH, "behind"));
        assertThat(spool.spool().memoryBytes()).isEqualTo(taken);
        assertThat(all).noneMatch(stage -> stage.toCompletableFuture().isDone());
        goOn.countDown();
        for (int i = 0; i < all.size(); i++) {
            assertThat(SpoolFixture.await(all.get(i)).sequencingId()).isEqualTo(i);
        }
        Spool closing = spool.spool();
        spool.stop();
        assertThat(closing.memoryBytes()).isZero();
    }

    private void change(SpoolSettings settings) {
        spool.spool().change(settings, SEAL);
    }

    /** A pool of so many segments. */
    private static SpoolSettings disk(int segments) {
        return SpoolFixture.small(SEGMENT, (long) segments * SEGMENT);
    }

    /** As from Configuration Admin. */
    private static SpoolSettings memory(long bytes) {
        return new GivenSettings(Map.of("memory.pool.bytes", bytes)).spool();
    }

    private static String data(int number) {
        return number + " " + "x".repeat(RECORD);
    }

    /** Stores records until their queue has so many segments. */
    private List<Enqueued> fill(Priority priority, int segments) throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < 3 * segments; i++) {
            stored.add(spool.store(priority, data(i)));
        }
        assertThat(spool.segments(stored.get(0))).hasSize(segments);
        return stored;
    }

    private QueueState state(Enqueued any) throws Exception {
        return SpoolFixture.await(spool.spool().queues()).stream()
                .filter(queue -> queue.generationGuid().equals(any.generationGuid()))
                .filter(queue -> queue.priority() == any.priority())
                .findFirst()
                .orElseThrow();
    }

    private long bytes() throws Exception {
        return SpoolFixture.await(spool.spool().queues()).stream()
                .mapToLong(QueueState::bytes)
                .sum();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("not let go within 60 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
