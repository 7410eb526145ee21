package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bundle is updated while the disk needs longer for a step than the update waits. */
@Timeout(60)
class StalledDiskTest {

    private static final Priority PRIORITY = Priority.SLOW_BATCH;
    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int TRIES = 6;

    private static final BiPredicate<Point, String> RECORDS =
            (point, path) -> point == Point.FORCE && path.contains("P_");

    @TempDir Path root;
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch well = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile BiPredicate<Point, String> stalls = (point, path) -> false;
    private SpoolFixture old;
    private SpoolFixture next;

    @BeforeEach
    void start() throws Exception {
        old = fixture().storage(real -> new Releasing(stalling(real))).start();
        next = fixture();
        SpoolFixture.await(old.spool().queues());
    }

    private SpoolFixture fixture() {
        return new SpoolFixture(root).settings(SpoolFixture.small(64 << 10, 64L << 20));
    }

    private Storage stalling(Storage real) {
        return new InterceptedStorage(
                real,
                (point, path) -> {
                    if (stalls.test(point, path)) {
                        stalled.countDown();
                        await(well);
                    }
                });
    }

    /** Says when the files are given away. */
    private final class Releasing extends ForwardingStorage {
        Releasing(Storage real) {
            super(real);
        }

        @Override
        public void close() {
            super.close();
            released.countDown();
        }
    }

    @AfterEach
    void stop() {
        well.countDown();
        old.close();
        next.close();
    }

    @Test
    void nothingAnsweredIsLostNoIdIsGivenTwiceAndEveryCallerIsAnswered() throws Exception {
        old.store(PRIORITY, "before");
        stalls = RECORDS;
        CompletionStage<Enqueued> stored = old.enqueue(PRIORITY, "being stored");
        await(stalled);
        List<CompletionStage<Enqueued>> ordered = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ordered.add(old.enqueue(PRIORITY, "ordered " + i));
        }
        old.spool().close(LIMIT);
        CompletionStage<Enqueued> after = next.start().enqueue(PRIORITY, "after");
        for (CompletionStage<Enqueued> each : ordered) {
            assertThat(SpoolFixture.failure(each).code()).isEqualTo(StatusCode.UNAVAILABLE);
        }
        next.clock.awaitPending(1);
        assertThat(stored.toCompletableFuture()).isNotDone();
        assertThat(after.toCompletableFuture()).isNotDone();
        well.countDown();
        assertThat(SpoolFixture.await(stored).sequencingId()).isEqualTo(1);
        await(released);
        next.clock.advance(SECOND);
        assertThat(SpoolFixture.await(after).sequencingId()).isEqualTo(2);
        assertThat(next.left(PRIORITY)).containsExactly("before", "being stored", "after");
    }

    @Test
    void aSpoolWhoseFilesAreKeptForLongRefusesWithAFaultAndOpensByItself() throws Exception {
        stalls = RECORDS;
        CompletionStage<Enqueued> stored = old.enqueue(PRIORITY, "being stored");
        await(stalled);
        old.spool().close(LIMIT);
        CompletionStage<Enqueued> waiting = next.start().enqueue(PRIORITY, "waits");
        CompletionStage<Void> serving = next.spool().serving();
        for (int i = 1; i < TRIES; i++) {
            next.clock.awaitPending(1);
            next.clock.advance(SECOND);
        }
        assertThat(SpoolFixture.failure(waiting))
                .hasToString(SpoolFixture.failure(next.spool().flush(PRIORITY)).toString());
        assertThat(SpoolFixture.failure(next.enqueue(PRIORITY, "comes")).code())
                .isEqualTo(StatusCode.UNAVAILABLE);
        assertThat(next.spool().faults())
                .extracting(Fault::reason)
                .singleElement()
                .asString()
                .contains("by an instance of this one that waits for the disk");
        assertThat(serving.toCompletableFuture()).isNotDone();
        well.countDown();
        await(released);
        next.clock.awaitPending(1);
        next.clock.advance(SECOND);
        SpoolFixture.await(serving);
        assertThat(next.spool().faults()).isEmpty();
        assertThat(next.store(PRIORITY, "after").sequencingId())
                .isEqualTo(SpoolFixture.await(stored).sequencingId() + 1);
        assertThat(next.left(PRIORITY)).containsExactly("being stored", "after");
    }

    @Test
    void theFilesAreKeptWhileAConfirmationIsWrittenAndItsCallerIsAnswered() throws Exception {
        Enqueued stored = old.store(PRIORITY, "confirmed");
        stalls = (point, path) -> path.contains("/confirmed");
        CompletionStage<Void> confirmed =
                old.spool().confirm(SpoolFixture.confirmation(stored).build());
        await(stalled);
        old.spool().close(LIMIT);
        assertThat(SpoolFixture.failure(confirmed).code()).isEqualTo(StatusCode.UNAVAILABLE);
        assertKeptUntilTheDiskAnswers();
    }

    @Test
    void theFilesAreKeptWhileTheHandoverIsWrittenAndTheStopReturns() throws Exception {
        old.store(PRIORITY, "x");
        stalls = (point, path) -> path.startsWith("handover");
        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> old.spool().close(LIMIT));
        SpoolFixture.await(stop);
        assertThat(stalled.getCount()).isZero();
        assertKeptUntilTheDiskAnswers();
    }

    private void assertKeptUntilTheDiskAnswers() throws Exception {
        assertThat(FileStorage.inUse(root)).isTrue();
        well.countDown();
        await(released);
        assertThat(FileStorage.inUse(root)).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("not reached within 30 s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
