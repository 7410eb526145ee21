package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.storage.model.PageCacheStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteFaultTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final Priority MULTI = Priority.FAST_BATCH;

    @TempDir Path root;
    private final AtomicReference<InterceptedStorage.Interceptor> interceptor =
            new AtomicReference<>((point, path) -> {});
    private SpoolFixture spool;

    private SpoolFixture start(Path directory, long diskBytes) {
        spool =
                new SpoolFixture(directory)
                        .settings(SpoolFixture.small(64 << 10, diskBytes))
                        .intercepted(interceptor)
                        .start();
        return spool;
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    /** Every call of these kinds in the life of a small spool, until one comes through unharmed. */
    @Test
    void noStepThatFailsOnceLosesAnAnsweredRecordOrHarmsALaterOne() throws Exception {
        for (Point point :
                EnumSet.of(
                        Point.WRITE,
                        Point.FORCE,
                        Point.CREATE,
                        Point.UNLINK,
                        Point.RENAME,
                        Point.MAKE_DIRECTORY,
                        Point.FORCE_DIRECTORY)) {
            int nth = 1;
            while (failOnce(point, nth, new IOException("Input/output error"))) {
                failOnce(point, nth, new NoSpaceException("No space left on device"));
                nth++;
            }
            assertThat(nth).as("first %s that was not met", point).isGreaterThan(1);
        }
    }

    private boolean failOnce(Point point, int nth, IOException failure) throws Exception {
        String what = point + " " + nth + " " + failure;
        Path directory = Files.createTempDirectory(root, "spool");
        start(directory, 64L << 20);
        SpoolFixture.await(spool.spool().queues());
        AtomicInteger calls = new AtomicInteger();
        InterceptedStorage.Interceptor once =
                (at, path) -> {
                    if (at == point && calls.incrementAndGet() == nth) {
                        throw failure;
                    }
                };
        interceptor.set(once);
        List<String> answered = new ArrayList<>();
        Enqueued fourth = null;
        for (int i = 0; i < 8; i++) {
            String data = i + " " + "x".repeat(20_000);
            try {
                Enqueued stored = spool.store(SINGLE, data);
                answered.add(data);
                fourth = answered.size() == 4 ? stored : fourth;
            } catch (ReportingException e) {
                assertThat(e.code().retryable()).as("%s", e).isTrue();
            }
        }
        interceptor.set((at, path) -> {});
        assertThat(answered).as(what).hasSizeGreaterThanOrEqualTo(7);
        assertThat(checkLeft(what, answered)).as(what).isZero();
        interceptor.set(once);
        spool.confirm(fourth);
        spool.stop();
        interceptor.set((at, path) -> {});
        spool.start();
        List<String> unconfirmed = answered.subList(4, answered.size());
        assertThat(checkLeft(what + " after an update", unconfirmed)).as(what).isBetween(0L, 4L);
        spool.restart();
        assertThat(checkLeft(what + " after restart", unconfirmed)).as(what).isBetween(0L, 4L);
        spool.stop();
        return calls.get() >= nth;
    }

    /**
     * Every answered record in order, ids without holes or doubles, chain unbroken.
     *
     * @return the first id
     */
    private long checkLeft(String what, List<String> answered) throws Exception {
        List<EncryptedRecord> records = spool.offered(SINGLE);
        List<String> data = new ArrayList<>();
        long first = records.get(0).getSequenceInformation().getSequencingId();
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).getSequenceInformation().getSequencingId())
                    .as(what)
                    .isEqualTo(first + i);
            data.add(SpoolFixture.data(records.get(i)));
            if (i > 0) {
                assertThat(SpoolFixture.wrapped(records.get(i)).getLastRecordDigest())
                        .as(what)
                        .isEqualTo(SpoolFixture.wrapped(records.get(i - 1)).getRecordDigest());
            }
        }
        assertThat(data).as(what).containsSubsequence(answered);
        return first;
    }

    @Test
    void aFileWhoseForceFailedIsNeverForcedAgain() throws Exception {
        start(root, 64L << 20);
        spool.store(SINGLE, "zero");
        Set<String> failed = ConcurrentHashMap.newKeySet();
        Set<String> forcedAgain = ConcurrentHashMap.newKeySet();
        AtomicInteger forces = new AtomicInteger();
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        if (failed.contains(path)) {
                            forcedAgain.add(path);
                        }
                        if (forces.getAndIncrement() == 0) {
                            failed.add(path);
                            throw new IOException("Input/output error");
                        }
                    }
                });
        assertThat(spool.store(SINGLE, "one").sequencingId()).isEqualTo(1);
        assertThat(spool.store(SINGLE, "two").sequencingId()).isEqualTo(2);
        assertThat(forcedAgain).isEmpty();
        assertThat(failed).hasSize(1);
        assertThat(spool.left(SINGLE)).containsExactly("zero", "one", "two");
    }

    @Test
    void aQueueThatCannotForceGoesOfflineWithAFaultAndTheOthersWork() throws Exception {
        start(root, 64L << 20);
        spool.store(SINGLE, "zero");
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE && path.startsWith("SlowBatch")) {
                        throw new IOException("Input/output error");
                    }
                });
        assertThat(SpoolFixture.failure(spool.enqueue(SINGLE, "one")).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(SpoolFixture.failure(spool.enqueue(SINGLE, "two")).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(spool.store(MULTI, "works").sequencingId()).isEqualTo(0);
        assertThat(spool.spool().faults()).hasSize(1);
        assertThat(SpoolFixture.await(spool.spool().queues()))
                .filteredOn(queue -> queue.priority() == SINGLE)
                .allMatch(queue -> queue.offline().isPresent() && queue.nextId() == 1);
        assertThat(spool.left(SINGLE)).containsExactly("zero");
    }

    @Test
    void aFullDiskIsToldAndOverWhenThereIsSpaceAgain() throws Exception {
        start(root, 64L << 20);
        spool.store(SINGLE, "zero " + "x".repeat(30_000));
        interceptor.set(
                (point, path) -> {
                    if (point == Point.WRITE || point == Point.CREATE) {
                        throw new NoSpaceException("No space left on device");
                    }
                });
        for (int i = 0; i < 3; i++) {
            ReportingException full =
                    SpoolFixture.failure(spool.enqueue(SINGLE, "no " + "x".repeat(30_000)));
            assertThat(full.code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
            assertThat(full.getMessage()).startsWith("Not enough disk space");
        }
        interceptor.set((point, path) -> {});
        assertThat(spool.store(SINGLE, "one").sequencingId()).isEqualTo(1);
        assertThat(spool.left(SINGLE)).hasSize(2).last().isEqualTo("one");
        assertThat(spool.spool().faults()).isEmpty();
    }

    @Test
    void aFullPoolIsToldAndOverWhenRecordsAreConfirmed() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(
                                SpoolFixture.small(64 << 10, 256 << 10)
                                        .with(
                                                new SpoolFlags(
                                                        Set.of(QueueKind.SLOW_BATCH),
                                                        false,
                                                        false)))
                        .start();
        List<Enqueued> stored = new ArrayList<>();
        ReportingException full = null;
        while (full == null) {
            try {
                stored.add(spool.store(SINGLE, stored.size() + " " + "x".repeat(20_000)));
            } catch (ReportingException e) {
                full = e;
            }
        }
        assertThat(full.code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED);
        assertThat(stored).hasSizeGreaterThan(9);
        spool.confirm(stored.get(stored.size() - 2));
        Enqueued next = spool.store(SINGLE, "again " + "x".repeat(20_000));
        assertThat(next.sequencingId()).isEqualTo(stored.size());
        QueueState state = SpoolFixture.await(spool.spool().queues()).get(0);
        assertThat(state.bytes()).isLessThanOrEqualTo(256 << 10);
    }

    @Test
    void everyAnsweredRecordIsThereAfterAPowerCut() throws Exception {
        AtomicReference<Storage> taken = new AtomicReference<>();
        for (int round = 0; round < 5; round++) {
            spool =
                    new SpoolFixture(root)
                            .settings(SpoolFixture.small(64 << 10, 64L << 20))
                            .storage(
                                    real -> {
                                        taken.set(real);
                                        return new PageCacheStorage(real);
                                    });
            spool.start();
            for (int i = 0; i < 20; i++) {
                spool.store(SINGLE, round + "/" + i + " " + "x".repeat(5_000));
            }
            // The lock goes with the process; nothing else is closed, forced or answered.
            taken.get().close();
        }
        FileStorage real = FileStorage.open(root);
        PageCacheStorage.discardHidden(real);
        real.close();
        spool = new SpoolFixture(root).settings(SpoolFixture.small(64 << 10, 64L << 20)).start();
        List<String> left = spool.left(SINGLE);
        assertThat(left).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void writersThatWaitTogetherShareOneForce() throws Exception {
        start(root, 64L << 20);
        spool.store(SINGLE, "first");
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger forces = new AtomicInteger();
        AtomicInteger writes = new AtomicInteger();
        interceptor.set(
                (point, path) -> {
                    if (point == Point.WRITE) {
                        writes.incrementAndGet();
                    }
                    if (point == Point.FORCE && forces.incrementAndGet() == 1) {
                        forcing.countDown();
                        awaitQuietly(goOn);
                    }
                });
        List<CompletionStage<Enqueued>> all = new ArrayList<>();
        all.add(spool.enqueue(SINGLE, "blocks"));
        awaitQuietly(forcing);
        for (int i = 0; i < 100; i++) {
            all.add(spool.enqueue(SINGLE, "waits " + i));
        }
        assertThat(all).noneMatch(stage -> stage.toCompletableFuture().isDone());
        goOn.countDown();
        Set<Long> ids = new HashSet<>();
        for (CompletionStage<Enqueued> stage : all) {
            ids.add(SpoolFixture.await(stage).sequencingId());
        }
        assertThat(ids).hasSize(101);
        assertThat(forces).hasValue(2);
        assertThat(writes).hasValue(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(10, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new AssertionError("not reached within 10 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
