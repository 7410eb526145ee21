package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.InterceptedStorage.Interceptor;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.storage.model.PageCacheStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A caller that waits for its record writes and forces it itself when nobody else does. */
@Timeout(60)
class HelpedWriteTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;

    /** The committer's thread may come first for a single record, hardly for all of these. */
    private static final int MANY = 200;

    @TempDir Path root;
    private final Thread caller = Thread.currentThread();
    private final AtomicReference<Interceptor> interceptor = new AtomicReference<>();
    private SpoolFixture spool;

    @BeforeEach
    void start() throws Exception {
        interceptor.set((point, path) -> {});
        spool =
                new SpoolFixture(root)
                        .settings(SpoolFixture.small(16 << 10, 64L << 20))
                        .intercepted(interceptor)
                        .start();
        SpoolFixture.await(spool.spool().queues());
    }

    @AfterEach
    void stop() {
        Thread.interrupted();
        spool.close();
    }

    private CompletableFuture<Enqueued> enqueue(String data) {
        return spool.enqueue(SINGLE, data).toCompletableFuture();
    }

    private static String data(int number) {
        return number + " " + "x".repeat(1_000);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** All of these and nothing else, in order. */
    private void checkStored(int count) throws Exception {
        List<EncryptedRecord> records = spool.offered(SINGLE);
        assertThat(records).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(records.get(i).getSequenceInformation().getSequencingId()).isEqualTo(i);
        }
    }

    @Test
    void aCallerThatWaitsForcesItsRecordItself() throws Exception {
        Set<Thread> forcing = ConcurrentHashMap.newKeySet();
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        forcing.add(Thread.currentThread());
                    }
                });
        for (int i = 0; i < MANY; i++) {
            assertThat(enqueue(data(i)).get().sequencingId()).isEqualTo(i);
        }
        assertThat(forcing).contains(caller);
        checkStored(MANY);
    }

    @Test
    void aRecordThatNobodyWaitsForIsStoredAfterManyThatCallersStored() throws Exception {
        for (int i = 0; i < MANY; i++) {
            enqueue(data(i)).join();
            if (i % 20 == 0) {
                CountDownLatch stored = new CountDownLatch(1);
                enqueue(data(i)).thenRun(stored::countDown);
                await(stored);
                enqueue(data(i)).get(30, TimeUnit.SECONDS);
            }
        }
        checkStored(MANY + MANY / 10);
    }

    @Test
    void whatIsDerivedFromAnAnswerIsAnsweredToo() throws Exception {
        assertThat(enqueue("0").copy().join().sequencingId()).isEqualTo(0);
        assertThat(enqueue("1").thenApply(Enqueued::sequencingId).join()).isEqualTo(1);
        assertThat(enqueue("2").minimalCompletionStage().toCompletableFuture().get().sequencingId())
                .isEqualTo(2);
        assertThat(CompletableFuture.allOf(enqueue("3"), enqueue("4")).thenApply(all -> 5).get())
                .isEqualTo(5);
        assertThat(enqueue("5").orTimeout(30, TimeUnit.SECONDS).get().sequencingId()).isEqualTo(5);
        checkStored(6);
    }

    /** An interrupt before every step of the caller, also in the middle of making a segment. */
    @Test
    void aCallerThatIsInterruptedWhileItWritesHarmsNothingAndStaysInterrupted() throws Exception {
        AtomicInteger interrupts = new AtomicInteger();
        Set<String> created = ConcurrentHashMap.newKeySet();
        interceptor.set(
                (point, path) -> {
                    if (Thread.currentThread() == caller) {
                        interrupts.incrementAndGet();
                        caller.interrupt();
                    }
                    if (point == Point.CREATE) {
                        created.add(path);
                    }
                });
        for (int i = 0; i < MANY; i++) {
            int before = interrupts.get();
            CompletableFuture<Enqueued> answer = enqueue(data(i));
            assertThat((i % 2 == 0 ? answer.join() : answer.get()).sequencingId()).isEqualTo(i);
            assertThat(Thread.interrupted()).isEqualTo(interrupts.get() > before);
        }
        assertThat(interrupts).hasPositiveValue();
        interceptor.set((point, path) -> {});
        checkStored(MANY);
        int bytes = MANY * 1_300;
        assertThat(created).as("no segment abandoned").hasSizeLessThan(bytes / (16 << 10) + 2);
        assertThat(spool.spool().faults()).isEmpty();
        spool.restart();
        checkStored(MANY);
    }

    @Test
    void aCallerThatIsInterruptedAlreadyIsToldAtOnceAndItsRecordIsStored() throws Exception {
        for (int i = 0; i < 20; i++) {
            enqueue(data(2 * i)).join();
            CompletableFuture<Enqueued> answer = enqueue(data(2 * i + 1));
            caller.interrupt();
            try {
                answer.get();
            } catch (InterruptedException e) {
                assertThat(caller.isInterrupted()).isFalse();
            }
            Thread.interrupted();
            assertThat(SpoolFixture.await(answer).sequencingId()).isEqualTo(2 * i + 1);
        }
        checkStored(40);
    }

    @Test
    void writersThatAreInterruptedAtAnyTimeLoseNothing() throws Exception {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        Queue<Long> ids = new ConcurrentLinkedQueue<>();
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
            boolean waits = writer < 2;
            Runnable work =
                    () -> {
                        for (int i = 0; i < MANY; i++) {
                            CompletableFuture<Enqueued> answer = enqueue(data(i));
                            answer.whenComplete(
                                    (stored, failure) -> {
                                        if (failure == null) {
                                            ids.add(stored.sequencingId());
                                        } else {
                                            failed.add(failure.toString());
                                        }
                                    });
                            if (waits || i % 20 == 0) {
                                answer.join();
                            }
                        }
                    };
            writers.add(new Thread(work, "writer-" + writer));
        }
        writers.forEach(Thread::start);
        while (writers.stream().anyMatch(Thread::isAlive)) {
            writers.forEach(Thread::interrupt);
            Thread.onSpinWait();
        }
        enqueue("last").join();
        assertThat(failed).isEmpty();
        checkStored(3 * MANY + 1);
        spool.stop();
        assertThat(new HashSet<>(ids)).hasSize(3 * MANY).hasSameSizeAs(ids);
        spool.start();
        checkStored(3 * MANY + 1);
    }

    @Test
    void aFileWhoseForceFailedUnderACallerIsLeftForANewOne() throws Exception {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        Set<String> forcedAgain = ConcurrentHashMap.newKeySet();
        AtomicInteger forces = new AtomicInteger();
        interceptor.set(
                (point, path) -> {
                    if (point == Point.CREATE) {
                        failed.remove(path); // one that was empty left its name to this one
                    }
                    if (point == Point.FORCE && failed.contains(path)) {
                        forcedAgain.add(path);
                    }
                    if (point == Point.FORCE
                            && Thread.currentThread() == caller
                            && forces.getAndIncrement() % 40 == 0) {
                        failed.add(path);
                        throw new IOException("Input/output error");
                    }
                });
        for (int i = 0; i < MANY; i++) {
            assertThat(enqueue(data(i)).get().sequencingId()).isEqualTo(i);
        }
        assertThat(forces).hasPositiveValue();
        assertThat(forcedAgain).isEmpty();
        checkStored(MANY);
        spool.restart();
        checkStored(MANY);
    }

    @Test
    void aCallerWhoseRecordCannotBeForcedIsTold() throws Exception {
        enqueue("0").join();
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        throw new IOException("Input/output error");
                    }
                });
        assertThatThrownBy(() -> enqueue("1").join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ReportingException.class,
                        e -> assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE));
        assertThat(spool.spool().faults()).hasSize(1);
        checkStored(1);
    }

    @Test
    void anErrorUnderACallerIsAnsweredAndEndsTheQueueOnly() throws Exception {
        enqueue("0").join();
        interceptor.set(
                (point, path) -> {
                    if (point == Point.WRITE && path.startsWith("SlowBatch")) {
                        throw new OutOfMemoryError("made up");
                    }
                });
        assertThat(SpoolFixture.failure(enqueue("1")).code()).isEqualTo(StatusCode.INTERNAL);
        assertThatThrownBy(() -> enqueue("2").join()).isInstanceOf(CompletionException.class);
        spool.enqueue(Priority.SECURITY, "works").toCompletableFuture().join();
        checkStored(1);
        Spool closing = spool.spool();
        spool.stop();
        assertThat(closing.memoryBytes()).isZero();
    }

    @Test
    void everyRecordThatACallerForcedIsThereAfterAPowerCut() throws Exception {
        spool.stop();
        AtomicReference<Storage> taken = new AtomicReference<>();
        for (int round = 0; round < 3; round++) {
            spool.storage(
                    real -> {
                        taken.set(real);
                        return new PageCacheStorage(real);
                    });
            spool.start();
            for (int i = 0; i < 40; i++) {
                enqueue(data(i)).join();
            }
            // The lock goes with the process; nothing else is closed, forced or answered.
            taken.get().close();
        }
        FileStorage real = FileStorage.open(root);
        PageCacheStorage.discardHidden(real);
        real.close();
        spool = new SpoolFixture(root).settings(SpoolFixture.small(16 << 10, 64L << 20)).start();
        checkStored(120);
    }

    @Test
    void theEndOfTheSpoolWaitsForACallerThatWrites() throws Exception {
        enqueue("0").join();
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        forcing.countDown();
                        await(goOn);
                    }
                });
        CompletableFuture<Enqueued> answer = new CompletableFuture<>();
        Thread writer = new Thread(() -> answer.complete(enqueue("1").join()), "writer");
        writer.start();
        await(forcing);
        Thread end = new Thread(spool::stop, "end");
        end.start();
        goOn.countDown();
        end.join();
        assertThat(answer.get(30, TimeUnit.SECONDS).sequencingId()).isEqualTo(1);
        spool.start();
        checkStored(2);
    }
}
