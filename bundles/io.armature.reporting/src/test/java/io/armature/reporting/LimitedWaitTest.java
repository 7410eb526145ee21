package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.model.InterceptedStorage.Interceptor;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A caller that waits with a limit: a long one lets it write, a short one is kept. */
@Timeout(60)
class LimitedWaitTest {

    private static final Priority SINGLE = Priority.SLOW_BATCH;

    /** The committer's thread may come first for a single record, hardly for all of these. */
    private static final int MANY = 200;

    private static final long LONG_SECONDS = 1_000;

    @TempDir Path root;
    private final Thread caller = Thread.currentThread();
    private final Set<Thread> forcing = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Interceptor> interceptor = new AtomicReference<>();
    private SpoolFixture spool;
    private int stored;

    /** How a caller waits for an answer. */
    private interface Wait {
        Enqueued answer(CompletableFuture<Enqueued> answer) throws Exception;
    }

    private static final Wait LONG = answer -> answer.get(LONG_SECONDS, TimeUnit.SECONDS);

    @BeforeEach
    void start() throws Exception {
        interceptor.set(this::forced);
        spool =
                new SpoolFixture(root)
                        .settings(SpoolFixture.small(64 << 10, 64L << 20))
                        .intercepted(interceptor)
                        .start();
        SpoolFixture.await(spool.spool().queues());
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    private void forced(Point point, String path) {
        if (point == Point.FORCE) {
            forcing.add(Thread.currentThread());
        }
    }

    private CompletableFuture<Enqueued> enqueue() {
        return spool.enqueue(SINGLE, "record " + stored++).toCompletableFuture();
    }

    private void store(int count, Wait wait) throws Exception {
        for (int i = 0; i < count; i++) {
            assertThat(wait.answer(enqueue()).sequencingId()).isEqualTo(stored - 1);
        }
    }

    private boolean callerForces(int count, Wait wait) throws Exception {
        forcing.clear();
        store(count, wait);
        return forcing.contains(caller);
    }

    private void checkStored() throws Exception {
        List<EncryptedRecord> records = spool.offered(SINGLE);
        assertThat(records).hasSize(stored);
    }

    @Test
    void aCallerThatWaitsWithALongLimitForcesItsRecordItself() throws Exception {
        assertThat(callerForces(MANY, LONG)).isTrue();
        assertThat(
                        callerForces(
                                MANY,
                                answer -> answer.orTimeout(LONG_SECONDS, TimeUnit.SECONDS).join()))
                .isTrue();
        checkStored();
    }

    @Test
    void aCallerThatWaitsWithAShortLimitNeverForces() throws Exception {
        assertThat(callerForces(MANY, CompletableFuture::join)).isTrue();
        List<Wait> shortOnes =
                List.of(
                        answer -> answer.get(4, TimeUnit.SECONDS),
                        answer -> answer.orTimeout(4, TimeUnit.SECONDS).join(),
                        answer -> answer.completeOnTimeout(null, 4, TimeUnit.SECONDS).get(),
                        answer ->
                                answer.orTimeout(4, TimeUnit.SECONDS)
                                        .orTimeout(LONG_SECONDS, TimeUnit.SECONDS)
                                        .get(LONG_SECONDS, TimeUnit.SECONDS));
        for (Wait wait : shortOnes) {
            assertThat(callerForces(MANY / 4, wait)).isFalse();
            assertThat(callerForces(MANY, LONG)).isTrue();
        }
        checkStored();
    }

    @Test
    void aDiskThatHangsHoldsNobodyBeyondAShortLimit() throws Exception {
        for (int i = 0; i < 5; i++) {
            store(MANY / 4, CompletableFuture::join);
            hang();
        }
        store(1, CompletableFuture::join); // and so all before it
        checkStored();
    }

    private void hang() {
        CountDownLatch goOn = new CountDownLatch(1);
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        await(goOn);
                    }
                });
        assertThatThrownBy(() -> enqueue().get(20, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> enqueue().orTimeout(20, TimeUnit.MILLISECONDS).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(enqueue().completeOnTimeout(null, 20, TimeUnit.MILLISECONDS).join()).isNull();
        goOn.countDown();
    }

    @Test
    void aCallerWithALimitDoesNotTrustADiskThatWasSlowOfLate() throws Exception {
        assertThat(callerForces(MANY, LONG)).isTrue();
        Duration slow = Duration.ofSeconds(LONG_SECONDS / 100 + 1);
        interceptor.set(
                (point, path) -> {
                    if (point == Point.FORCE) {
                        spool.clock.advance(slow);
                    }
                });
        store(1, LONG);
        interceptor.set(this::forced);
        assertThat(callerForces(10, LONG)).isFalse();
        assertThat(callerForces(MANY, CompletableFuture::join)).isTrue();
        assertThat(callerForces(MANY, LONG)).as("trusted again").isTrue();
        checkStored();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
