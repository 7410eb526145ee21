package io.armature.platform.api.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DeviceClockContract;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandClockTest extends DeviceClockContract {

    private final HandClock clock =
            new HandClock(Instant.EPOCH, Long.MAX_VALUE - 5_000_000L); // overflows during the tests

    @Override
    protected DeviceClock clock() {
        return clock;
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }

    @Test
    void timersExpireInTheirOrderAtTheirMoments() {
        List<String> log = new ArrayList<>();
        clock.after(Duration.ofSeconds(3), Runnable::run, () -> log.add("late " + clock.wall()));
        clock.after(
                Duration.ofSeconds(1),
                Runnable::run,
                () ->
                        clock.after(
                                Duration.ofSeconds(1),
                                Runnable::run,
                                () -> log.add("nested " + clock.wall())));
        clock.advance(Duration.ofSeconds(2));
        assertThat(clock.pending()).isOne();
        clock.advance(Duration.ofSeconds(2));
        assertThat(log).containsExactly("nested 1970-01-01T00:00:02Z", "late 1970-01-01T00:00:03Z");
        assertThat(clock.wall()).isEqualTo(Instant.EPOCH.plusSeconds(4));
    }

    @Test
    void jumpOfTheWallMovesNoTimer() {
        clock.after(Duration.ofSeconds(1), Runnable::run, () -> {});
        clock.jumpTo(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(clock.pending()).isOne();
        assertThat(clock.wall()).isEqualTo("2030-01-01T00:00:00Z");
    }
}
