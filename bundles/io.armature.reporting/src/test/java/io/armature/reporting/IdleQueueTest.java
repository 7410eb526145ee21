package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.storage.model.InterceptedStorage.Interceptor;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues of a token that gets no record for five days (section 7.7 of the specification). */
class IdleQueueTest {

    private static final Priority MULTI = Priority.MANUAL_BATCH;
    private static final Priority SINGLE = Priority.SLOW_BATCH;
    private static final Duration IDLE = Duration.ofDays(5);

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() throws Exception {
        spool =
                new SpoolFixture(root)
                        .settings(
                                new GivenSettings(
                                                Map.of(
                                                        "jobs",
                                                        1,
                                                        "legacy_storage_enabled",
                                                        "SLOW_BATCH"))
                                        .spool())
                        .start();
        SpoolFixture.await(spool.spool().queues());
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Test
    void anEmptyQueueGoesFiveDaysAfterItsLastRecordAndNotBefore() throws Exception {
        Enqueued first = spool.store(MULTI, "a");
        pass(Duration.ofDays(3));
        Enqueued last = spool.store(MULTI, "b");
        assertThat(last.generationGuid()).isEqualTo(first.generationGuid());
        spool.confirm(last);
        pass(IDLE.minusMillis(1));
        assertThat(directory(first)).exists();
        pass(Duration.ofMillis(1));
        assertThat(directory(first)).doesNotExist();
        assertThat(SpoolFixture.await(spool.spool().queues())).isEmpty();
        Enqueued next = spool.store(MULTI, "c");
        assertThat(next.generationGuid()).isNotEqualTo(first.generationGuid());
        assertThat(next.sequencingId()).isZero();
    }

    @Test
    void whatIsNotConfirmedStaysAndTheQueueGoesWithItsConfirmation() throws Exception {
        Enqueued old = spool.store(MULTI, "a");
        spool.connect();
        spool.uploader.next();
        pass(IDLE);
        assertThat(spool.uploader.next().getEncryptedRecordCount()).isEqualTo(1);
        assertThat(directory(old)).exists();
        Enqueued young = spool.store(MULTI, "b");
        assertThat(young.generationGuid()).isNotEqualTo(old.generationGuid());
        spool.confirm(old);
        assertThat(directory(old)).doesNotExist();
        assertThat(spool.left(MULTI)).containsExactly("b");
    }

    @Test
    void aQueueOfASingleGenerationStays() throws Exception {
        Enqueued stored = spool.store(SINGLE, "a");
        spool.confirm(stored);
        pass(IDLE.multipliedBy(3));
        assertThat(directory(stored)).exists();
        assertThat(spool.store(SINGLE, "b").sequencingId()).isEqualTo(1);
    }

    @Test
    void eachTokenIsIdleByItself() throws Exception {
        Enqueued one = store("one");
        pass(Duration.ofDays(2));
        Enqueued other = store("other");
        spool.confirm(one);
        spool.confirm(other);
        pass(Duration.ofDays(3));
        assertThat(directory(one)).doesNotExist();
        assertThat(store("other").generationGuid()).isEqualTo(other.generationGuid());
    }

    @Test
    void writersThatComeWhileItsQueueRetiresAreAllStored() throws Exception {
        int rounds = 200;
        for (int i = 0; i < rounds; i++) {
            spool.store(MULTI, "before");
            Thread time = new Thread(() -> spool.clock.advance(IDLE));
            time.start();
            spool.store(MULTI, "meanwhile");
            time.join();
        }
        SpoolFixture.await(spool.spool().queues());
        List<EncryptedRecord> left = spool.offered(MULTI);
        assertThat(left).hasSize(2 * rounds).allMatch(EncryptedRecord::hasEncryptedWrappedRecord);
    }

    @Test
    void theTimeWithoutRecordsGoesOnThroughAnUpdate() throws Exception {
        Enqueued stored = spool.store(MULTI, "a");
        spool.confirm(stored);
        pass(Duration.ofDays(4));
        spool.update();
        List<QueueState> queues = SpoolFixture.await(spool.spool().queues());
        assertThat(queues).hasSize(1);
        pass(Duration.ofDays(1));
        assertThat(directory(stored)).doesNotExist();
    }

    @Test
    void aShorterTimeCountsFromTheMomentItIsSet() throws Exception {
        Enqueued stored = spool.store(MULTI, "a");
        spool.confirm(stored);
        pass(Duration.ofHours(2));
        GivenSettings hour = new GivenSettings(Map.of("queue_idle_ms", 3_600_000, "jobs", 1));
        spool.spool().change(hour.spool(), hour.seal());
        pass(Duration.ZERO);
        assertThat(directory(stored)).doesNotExist();
    }

    @Test
    void aQueueWhoseDiskHangsLongerIsLookedAtAgainEachSecond() throws Exception {
        AtomicReference<Interceptor> disk = new AtomicReference<>((point, path) -> {});
        spool.stop().intercepted(disk).start();
        Enqueued first = spool.store(MULTI, "a");
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        disk.set(
                (point, path) -> {
                    if (point == Point.FORCE && goOn.getCount() > 0) {
                        hangs.countDown();
                        reached(goOn);
                    }
                });
        CompletionStage<Enqueued> slow = spool.enqueue(MULTI, "b");
        reached(hangs);
        CompletionStage<Enqueued> behind = spool.enqueue(MULTI, "c");
        pass(IDLE);
        Optional<Duration> next = spool.clock.untilNext();
        goOn.countDown();
        assertThat(next).contains(Duration.ofSeconds(1));
        SpoolFixture.await(slow);
        spool.confirm(SpoolFixture.await(behind));
        pass(Duration.ofSeconds(1));
        assertThat(directory(first)).doesNotExist();
    }

    private static void reached(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).as("reached within 60 s").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Enqueued store(String token) throws Exception {
        EnqueueRecordRequest request = SpoolFixture.request(MULTI, token);
        return SpoolFixture.await(
                spool.spool()
                        .enqueue(
                                request.toBuilder()
                                        .setRecord(
                                                request.getRecord().toBuilder().setDmToken(token))
                                        .build()));
    }

    /** Lets time pass in steps, so that what is due is done before the next comes. */
    private void pass(Duration time) throws Exception {
        Duration step = Duration.ofHours(4);
        Duration left = time;
        while (left.compareTo(step) > 0) {
            advance(step);
            left = left.minus(step);
        }
        advance(left);
    }

    /** What is due is done, and what that hands over: jobs have one thread. */
    private void advance(Duration time) throws Exception {
        spool.clock.advance(time);
        SpoolFixture.await(spool.spool().queues());
        SpoolFixture.await(spool.spool().queues());
    }

    private Path directory(Enqueued of) {
        String prefix = QueueKind.of(of.priority()).orElseThrow().directory();
        String guid = of.generationGuid();
        return root.resolve(guid.isEmpty() ? prefix : prefix + "." + guid);
    }
}
