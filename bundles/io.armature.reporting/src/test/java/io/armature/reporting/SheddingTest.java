package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements 40 and 41: what goes where a record finds no space, and that it is told. */
class SheddingTest {

    private static final int SEGMENT = 64 << 10;

    /** Four full segments. */
    private static final long POOL = 4 * SEGMENT;

    /** Three to a segment. */
    private static final int RECORD = 20_000;

    @TempDir Path root;
    private SpoolFixture spool;

    private void start() {
        spool = new SpoolFixture(root).settings(SpoolFixture.small(SEGMENT, POOL)).start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private Enqueued store(Priority priority, int number) throws Exception {
        return spool.store(priority, data(number));
    }

    private static String data(int number) {
        return number + " " + "x".repeat(RECORD);
    }

    /** Stores records until their queue has so many segments. */
    private List<Enqueued> fill(Priority priority, int segments) throws Exception {
        List<Enqueued> stored = new ArrayList<>();
        for (int i = 0; i < 3 * segments; i++) {
            stored.add(store(priority, i));
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

    @Test
    void theLowestPriorityGivesUpItsOldestSegmentFirst() throws Exception {
        start();
        List<Enqueued> lowest = fill(Priority.MANUAL_BATCH, 2);
        List<Enqueued> low = fill(Priority.BACKGROUND_BATCH, 2);
        Enqueued written = store(Priority.IMMEDIATE, 0);

        assertThat(written.sequencingId()).isZero();
        assertThat(spool.segments(lowest.get(0))).hasSize(1);
        assertThat(spool.segments(low.get(0))).hasSize(2);
        assertThat(spool.left(Priority.MANUAL_BATCH))
                .containsExactly(null, null, null, data(3), data(4), data(5));
        assertThat(spool.left(Priority.BACKGROUND_BATCH)).hasSize(6).doesNotContainNull();
        assertThat(spool.spool().faults()).singleElement().asString().contains("3 records shed");
        assertThat(state(lowest.get(0)).counters()).isEqualTo(new QueueCounters(6, 3, 2));
        assertThat(state(low.get(0)).counters()).isEqualTo(QueueCounters.withoutLoss(6));
    }

    @Test
    void aSegmentThatIsBeingWrittenGoesLast() throws Exception {
        start();
        Enqueued lowest = store(Priority.MANUAL_BATCH, 0);
        List<Enqueued> stored = fill(Priority.IMMEDIATE, 3);
        Enqueued written = store(Priority.IMMEDIATE, 9);
        assertThat(written.sequencingId()).isEqualTo(9);
        assertThat(spool.segments(lowest)).isEmpty();
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.MANUAL_BATCH, data(1))).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);

        spool.confirm(stored.get(2));
        Enqueued next = store(Priority.MANUAL_BATCH, 1);
        assertThat(next.generationGuid()).isEqualTo(lowest.generationGuid());
        assertThat(next.sequencingId()).isEqualTo(1);
        List<EncryptedRecord> left = spool.offered(Priority.MANUAL_BATCH);
        assertThat(left.get(0).hasEncryptedWrappedRecord()).isFalse();
        assertThat(SpoolFixture.data(left.get(1))).isEqualTo(data(1));
    }

    @Test
    void theChainGoesOnOverWhatWasShed() throws Exception {
        start();
        Enqueued first = store(Priority.SLOW_BATCH, 0);
        byte[] digest =
                SpoolFixture.wrapped(spool.offered(Priority.SLOW_BATCH).get(0))
                        .getRecordDigest()
                        .toByteArray();
        List<Enqueued> stored = fill(Priority.IMMEDIATE, 4);
        assertThat(spool.segments(first)).isEmpty();
        spool.restart();
        spool.confirm(stored.get(2));
        Enqueued next = store(Priority.SLOW_BATCH, 1);
        assertThat(next.generationId()).isEqualTo(first.generationId());
        assertThat(next.sequencingId()).isEqualTo(1);
        EncryptedRecord last = spool.offered(Priority.SLOW_BATCH).get(1);
        assertThat(SpoolFixture.wrapped(last).getLastRecordDigest().toByteArray())
                .isEqualTo(digest);
    }

    @Test
    void anOlderQueueOfTheSamePriorityGoesBeforeTheQueueItself() throws Exception {
        start();
        List<Enqueued> old = fill(Priority.FAST_BATCH, 2);
        spool.restart();
        List<Enqueued> fresh = fill(Priority.FAST_BATCH, 2);
        store(Priority.FAST_BATCH, 6);
        assertThat(spool.segments(old.get(0))).hasSize(1);
        assertThat(spool.segments(fresh.get(0))).hasSize(3);
    }

    @Test
    void aQueueWithoutLowerOnesShedsItself() throws Exception {
        start();
        for (int i = 0; i < 60; i++) {
            assertThat(store(Priority.MANUAL_BATCH_LACROS, i).sequencingId()).isEqualTo(i);
        }
        List<String> left = spool.left(Priority.MANUAL_BATCH_LACROS);
        assertThat(left).hasSize(60).endsWith(data(58), data(59));
        long shed = left.stream().filter(data -> data == null).count();
        assertThat(shed).isBetween(45L, 54L);
        assertThat(left.subList(0, (int) shed)).containsOnlyNulls();
    }

    @Test
    void securityIsNeverShedNorWhatIsMoreImportant() throws Exception {
        start();
        List<Enqueued> security = fill(Priority.SECURITY, 4);
        for (Priority priority : List.of(Priority.SECURITY, Priority.IMMEDIATE)) {
            ReportingException full = SpoolFixture.failure(spool.enqueue(priority, data(0)));
            assertThat(full.code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
            assertThat(full.getMessage())
                    .startsWith("Not enough disk space available to write new record");
        }
        assertThat(spool.left(Priority.SECURITY)).hasSize(12).doesNotContainNull();
        assertThat(spool.segments(security.get(0))).hasSize(4);
        spool.restart();
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.SECURITY, data(0))).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(spool.left(Priority.SECURITY)).hasSize(12).doesNotContainNull();
    }

    @Test
    void nothingIsShedInVain() throws Exception {
        start();
        fill(Priority.SECURITY, 3);
        store(Priority.SECURITY, 9);
        spool.stop().settings(SpoolFixture.small(SEGMENT, POOL + (8 << 10))).start();
        Enqueued small = spool.store(Priority.MANUAL_BATCH, "small");
        assertThat(
                        SpoolFixture.failure(spool.enqueue(Priority.SECURITY, "y".repeat(50_000)))
                                .code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(spool.segments(small)).hasSize(1);
        assertThat(spool.left(Priority.MANUAL_BATCH)).containsExactly("small");
    }

    @Test
    void withoutTheFlagNothingIsShed() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(
                                SpoolFixture.small(SEGMENT, POOL)
                                        .with(new SpoolFlags(Set.of(), false, false)))
                        .start();
        fill(Priority.MANUAL_BATCH, 4);
        assertThat(SpoolFixture.failure(spool.enqueue(Priority.SECURITY, data(0))).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(spool.left(Priority.MANUAL_BATCH)).hasSize(12).doesNotContainNull();
    }

    @Test
    void confirmedSegmentsGoBeforeAnyRecord() throws Exception {
        start();
        List<Enqueued> done = fill(Priority.BACKGROUND_BATCH, 1);
        fill(Priority.MANUAL_BATCH, 3);
        spool.confirm(done.get(2));
        store(Priority.FAST_BATCH, 0);
        assertThat(spool.segments(done.get(0))).isEmpty();
        assertThat(spool.left(Priority.MANUAL_BATCH)).hasSize(9).doesNotContainNull();
        assertThat(spool.spool().faults()).isEmpty();
        assertThat(store(Priority.BACKGROUND_BATCH, 3).sequencingId()).isEqualTo(3);
    }

    @Test
    void aRestartKnowsWhatWasShedUntilTheServerKnows() throws Exception {
        start();
        List<Enqueued> low = fill(Priority.FAST_BATCH, 2);
        fill(Priority.SECURITY, 3);
        assertThat(spool.segments(low.get(0))).hasSize(1);
        spool.restart();
        assertThat(spool.left(Priority.FAST_BATCH))
                .containsExactly(null, null, null, data(3), data(4), data(5));
        assertThat(spool.spool().faults()).singleElement().asString().contains("3 records shed");
        store(Priority.SECURITY, 9);
        assertThat(spool.segments(low.get(0))).isEmpty();
        spool.restart();
        assertThat(spool.left(Priority.FAST_BATCH)).isEqualTo(Collections.nCopies(6, null));
        assertThat(state(low.get(0)).counters()).isEqualTo(new QueueCounters(6, 6, 5));
        spool.confirm(low.get(5));
        assertThat(spool.spool().faults()).isEmpty();
        assertThat(SpoolFixture.await(spool.spool().queues()))
                .extracting(QueueState::priority)
                .containsOnly(Priority.SECURITY);
    }

    @Test
    void aSpoolAboveItsLimitKeepsAllAtStartAndShedsByTheRules() throws Exception {
        start();
        List<Enqueued> low = fill(Priority.MANUAL_BATCH, 2);
        fill(Priority.SECURITY, 2);
        spool.stop().settings(SpoolFixture.small(SEGMENT, 3 * SEGMENT));
        spool.restart();
        assertThat(spool.left(Priority.MANUAL_BATCH)).hasSize(6).doesNotContainNull();
        store(Priority.FAST_BATCH, 0);
        assertThat(spool.left(Priority.MANUAL_BATCH)).containsOnlyNulls();
        assertThat(spool.left(Priority.SECURITY)).hasSize(6).doesNotContainNull();
        assertThat(spool.segments(low.get(0))).isEmpty();
    }

    /** More queues give something up than can be noted, and nobody is there to confirm. */
    @Test
    void noNumberOfQueuesOfLessImportanceKeepsSecurityOut() throws Exception {
        int each = 60;
        List<Priority> lower =
                List.of(
                        Priority.IMMEDIATE,
                        Priority.FAST_BATCH,
                        Priority.SLOW_BATCH,
                        Priority.BACKGROUND_BATCH,
                        Priority.MANUAL_BATCH,
                        Priority.MANUAL_BATCH_LACROS);
        int block = 4 << 10;
        SpoolSettings small = SpoolFixture.small(block, (long) lower.size() * each * block);
        spool =
                new SpoolFixture(root)
                        .settings(small.with(new SpoolFlags(Set.of(), false, true)))
                        .start();
        for (Priority priority : lower) {
            for (int i = 0; i < each; i++) {
                SpoolFixture.await(enqueue(priority, "token " + i));
            }
        }
        assertThat(SpoolFixture.await(spool.spool().queues())).hasSize(lower.size() * each);
        for (int i = 0; i < 3; i++) {
            assertThat(spool.store(Priority.SECURITY, "s".repeat(115 * block)).sequencingId())
                    .isEqualTo(i);
        }
        spool.store(Priority.SECURITY, "small");
        spool.restart();
        assertThat(spool.left(Priority.SECURITY)).hasSize(4).doesNotContainNull();
        assertThat(spool.left(Priority.IMMEDIATE)).filteredOn("x"::equals).hasSize(12);
    }

    private CompletionStage<Enqueued> enqueue(Priority priority, String token) {
        EnqueueRecordRequest request = SpoolFixture.request(priority, "x");
        return spool.spool()
                .enqueue(
                        request.toBuilder()
                                .setRecord(request.getRecord().toBuilder().setDmToken(token))
                                .build());
    }

    /** Statement 39: such a record does not make room for itself. */
    @Test
    void spaceThatARecordWantsToKeepFreeIsNotMadeByShedding() throws Exception {
        start();
        List<Enqueued> low = fill(Priority.MANUAL_BATCH, 2);
        fill(Priority.SLOW_BATCH, 1);
        assertThat(SpoolFixture.failure(opportunistic(SEGMENT)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        SpoolFixture.await(opportunistic(SEGMENT - 1_000));
        assertThat(SpoolFixture.failure(opportunistic(1)).code())
                .isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(spool.segments(low.get(0))).hasSize(2);
        assertThat(spool.left(Priority.MANUAL_BATCH)).hasSize(6).doesNotContainNull();
    }

    private CompletionStage<Enqueued> opportunistic(long reserved) {
        EnqueueRecordRequest request = SpoolFixture.request(Priority.IMMEDIATE, "small");
        return spool.spool()
                .enqueue(
                        request.toBuilder()
                                .setRecord(
                                        request.getRecord().toBuilder().setReservedSpace(reserved))
                                .build());
    }
}
