package io.armature.reporting.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.api.ReportingException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgreementPoolTest {

    private final HandClock clock = new HandClock();
    private final Semaphore computed = new Semaphore(0);
    private final List<Agreement> made = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private AgreementPool pool = new AgreementPool(this::agree, clock, 8);

    private Agreement agree(ServerKey key) {
        Agreement agreement =
                new Agreement(
                        key,
                        Fixtures.repeated(made.size() + 1, 32),
                        Fixtures.repeated(made.size() + 1, 32));
        made.add(agreement);
        threads.add(Thread.currentThread());
        computed.release();
        return agreement;
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void nothingIsComputedBeforeThereIsAKey() {
        assertThat(made).isEmpty();
        assertThat(pool.ready()).isZero();
    }

    @Test
    void fillsUpToItsCapacityOnOneLowPriorityThread() throws Exception {
        pool.use(Fixtures.serverKey(1));
        awaitComputed(8);

        assertThat(made).hasSize(8);
        assertThat(threads)
                .allSatisfy(
                        t -> {
                            assertThat(t.getName()).isEqualTo("reporting-agreements");
                            assertThat(t.getPriority()).isEqualTo(Thread.MIN_PRIORITY);
                        });
        // What the filler handed over it has wiped.
        awaitReady(8);
        assertThat(made).allSatisfy(a -> assertThat(a.key()).containsOnly(0));
    }

    @Test
    void takesWhatIsReadyAndComputesOnTheCallerWhenEmpty() throws Exception {
        pool.use(Fixtures.serverKey(1));
        awaitComputed(8);
        awaitReady(8);
        for (int i = 0; i < 8; i++) {
            try (Agreement agreement = pool.take(Fixtures.serverKey(1))) {
                assertThat(agreement.key()).isEqualTo(agreement.ephemeralPublic());
                assertThat(agreement.key()).doesNotContain(0);
            }
        }
        pool.close();
        pool.take(Fixtures.serverKey(1)).close();
        assertThat(threads.get(threads.size() - 1)).isSameAs(Thread.currentThread());
    }

    @Test
    void keyChangeDropsWhatWasMadeForTheOldKey() throws Exception {
        pool.use(Fixtures.serverKey(1));
        awaitComputed(8);
        awaitReady(8);
        pool.use(Fixtures.serverKey(2));
        awaitComputed(8);
        awaitReady(8);
        try (Agreement agreement = pool.take(Fixtures.serverKey(2))) {
            assertThat(agreement.serverKey()).isEqualTo(Fixtures.serverKey(2));
            assertThat(agreement.key()[0]).isGreaterThan((byte) 8);
        }
    }

    @Test
    void agreementInTheMakingIsDroppedAtAKeyChange() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        Semaphore newOnes = new Semaphore(0);
        pool.close();
        pool =
                new AgreementPool(
                        key -> {
                            if (key.id() == 1) {
                                computing.countDown();
                                awaitLatch(proceed);
                            } else {
                                newOnes.release();
                            }
                            return new Agreement(
                                    key,
                                    Fixtures.repeated(key.id(), 32),
                                    Fixtures.repeated(key.id(), 32));
                        },
                        clock,
                        2);
        pool.use(Fixtures.serverKey(1));
        awaitLatch(computing);
        pool.use(Fixtures.serverKey(2));
        proceed.countDown();
        assertThat(newOnes.tryAcquire(2, 60, TimeUnit.SECONDS)).isTrue();
        awaitReady(2);
        for (int i = 0; i < 2; i++) {
            try (Agreement agreement = pool.take(Fixtures.serverKey(2))) {
                assertThat(agreement.key()).containsOnly(2);
            }
        }
    }

    @Test
    void agreementForAnotherKeyIsNeverHandedOut() throws Exception {
        pool.use(Fixtures.serverKey(1));
        awaitComputed(8);
        try (Agreement agreement = pool.take(Fixtures.serverKey(2))) {
            assertThat(agreement.serverKey().id()).isEqualTo(2);
        }
    }

    @Test
    void standsBackWhileRecordsCome() throws Exception {
        pool.use(Fixtures.serverKey(1));
        awaitComputed(8);
        awaitReady(8);
        for (int i = 0; i < 4; i++) {
            pool.take(Fixtures.serverKey(1)).close();
        }
        // Manual time stands still: the last record is always "just now".
        assertThat(pool.ready()).isEqualTo(4);
        assertThat(made).hasSize(8);
        clock.advance(Duration.ofSeconds(1));
        awaitComputed(4);
        awaitReady(8);
    }

    private void awaitComputed(int count) throws InterruptedException {
        assertThat(computed.tryAcquire(count, 60, TimeUnit.SECONDS))
                .as("%d agreements computed", count)
                .isTrue();
    }

    /** The filler adds right after computing; taking with a lock makes that visible. */
    private void awaitReady(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (pool.ready() < count && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(pool.ready()).isEqualTo(count);
    }

    private static void awaitLatch(CountDownLatch latch) throws ReportingException {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
