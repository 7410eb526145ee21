package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemClockTest {

    private final SystemClock clock = new SystemClock(Instant.EPOCH);

    @AfterEach
    void stop() {
        clock.stop();
    }

    @Test
    void timerThreadIsMadeWithTheFirstTimerAndServesAll() throws InterruptedException {
        assertThat(clock.threads()).isZero();
        CountDownLatch expired = new CountDownLatch(2);
        clock.after(Duration.ZERO, Runnable::run, expired::countDown);
        clock.after(Duration.ofMillis(1), Runnable::run, expired::countDown);
        assertThat(expired.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(clock.threads()).isOne();
    }
}
