package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every {@link DeviceClock} keeps. A provider's or double's test extends it. */
public abstract class DeviceClockContract {

    private static final long DEADLINE_SECONDS = 60;

    /** The clock under test. */
    protected abstract DeviceClock clock();

    /** Lets that much time pass, or does nothing if it passes by itself. */
    protected void pass(Duration time) {}

    @Test
    public void monotonicTimeNeverGoesBackWhateverThreadLooks() throws Exception {
        long before = clock().monotonicNanos();
        long elsewhere =
                CompletableFuture.supplyAsync(() -> clock().monotonicNanos())
                        .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(elsewhere - before).isGreaterThanOrEqualTo(0);
        assertThat(clock().monotonicNanos() - elsewhere).isGreaterThanOrEqualTo(0);
    }

    @Test
    public void wallAndMinimumDateAreToldAndTheMinimumStays() {
        assertThat(clock().wall()).isNotNull();
        assertThat(clock().minimumDate()).isNotNull().isEqualTo(clock().minimumDate());
    }

    @Test
    public void taskRunsOnceOnItsExecutorAndNotBeforeItIsDue() throws Exception {
        Duration delay = Duration.ofMillis(20);
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger handedOver = new AtomicInteger();
        AtomicReference<Long> ranAt = new AtomicReference<>();
        long set = clock().monotonicNanos();
        clock().after(
                        delay,
                        task -> {
                            handedOver.incrementAndGet();
                            task.run();
                        },
                        () -> {
                            ranAt.set(clock().monotonicNanos());
                            over.countDown();
                        });
        pass(delay);
        await(over);
        pass(delay);
        assertThat(ranAt.get() - set).isGreaterThanOrEqualTo(delay.toNanos());
        assertThat(handedOver).hasValue(1);
    }

    @Test
    public void aDelayOfZeroIsATimerToo() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        clock().after(Duration.ZERO, Runnable::run, over::countDown);
        pass(Duration.ZERO);
        await(over);
    }

    @Test
    public void cancelledTaskIsNotHandedOver() throws Exception {
        AtomicInteger handedOver = new AtomicInteger();
        DeviceClock.Timer cancelled =
                clock().after(
                                Duration.ofMillis(500),
                                task -> handedOver.incrementAndGet(),
                                () -> {});
        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.cancel()).as("second time").isFalse();
        CountDownLatch later = new CountDownLatch(1);
        clock().after(Duration.ofMillis(550), Runnable::run, later::countDown);
        pass(Duration.ofMillis(550));
        await(later);
        assertThat(handedOver).hasValue(0);
    }

    @Test
    public void cancelIsTooLateOnceTheTaskIsHandedOver() throws Exception {
        CompletableFuture<DeviceClock.Timer> timer = new CompletableFuture<>();
        CompletableFuture<Boolean> fromWithin = new CompletableFuture<>();
        DeviceClock.Timer made =
                clock().after(
                                Duration.ofMillis(1),
                                Runnable::run,
                                () -> fromWithin.complete(timer.join().cancel()));
        timer.complete(made);
        pass(Duration.ofMillis(1));
        assertThat(fromWithin.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isFalse();
        assertThat(made.cancel()).isFalse();
    }

    @Test
    public void anExecutorThatRefusesStopsNoOtherTimer() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        clock().after(
                        Duration.ZERO,
                        task -> {
                            refused.countDown();
                            throw new java.util.concurrent.RejectedExecutionException("closed");
                        },
                        () -> {});
        CountDownLatch over = new CountDownLatch(1);
        clock().after(Duration.ofMillis(1), Runnable::run, over::countDown);
        pass(Duration.ofMillis(1));
        await(refused);
        await(over);
    }

    @Test
    public void argumentsThatMakeNoSenseAreRefusedAtOnce() {
        assertThatThrownBy(() -> clock().after(Duration.ofMillis(-1), Runnable::run, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delay must be >= 0")
                .hasMessageContaining("-0.001");
        assertThatNullPointerException()
                .isThrownBy(() -> clock().after(null, Runnable::run, () -> {}));
        assertThatNullPointerException()
                .isThrownBy(() -> clock().after(Duration.ZERO, null, () -> {}));
        assertThatNullPointerException()
                .isThrownBy(() -> clock().after(Duration.ZERO, Runnable::run, null));
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("timer expired").isTrue();
    }
}
