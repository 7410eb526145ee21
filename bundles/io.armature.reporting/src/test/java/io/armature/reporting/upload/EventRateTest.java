package io.armature.reporting.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventRateTest {

    private static final Duration INTERVAL = Duration.ofMinutes(3);

    private final HandClock clock = new HandClock();
    private final EventRate rate = new EventRate(clock, INTERVAL);

    @Test
    void unknownBeforeTheFirstIntervalThenBytesASecond() {
        rate.add(18_000);
        clock.advance(INTERVAL.minusMillis(1));
        assertThat(rate.perSecond()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(rate.perSecond()).hasValue(100);
        rate.add(1);
        clock.advance(Duration.ofMinutes(1));
        assertThat(rate.perSecond()).as("until the next has passed").hasValue(100);
        clock.advance(Duration.ofMinutes(2));
        assertThat(rate.perSecond()).hasValue(0);
    }

    @Test
    void unknownAfterAnIntervalInWhichTheClockWentBack() {
        clock.advance(INTERVAL);
        rate.add(18_000);
        assertThat(rate.perSecond()).hasValue(100);
        clock.jumpTo(clock.wall().minusSeconds(86_400));
        rate.add(18_000);
        assertThat(rate.perSecond()).isEmpty();
        clock.advance(INTERVAL);
        assertThat(rate.perSecond()).as("what came before the jump does not count").hasValue(0);
    }

    @Test
    void aShortIntervalCountsAsASecond() {
        EventRate soon = new EventRate(clock, Duration.ofMillis(1));
        soon.add(500);
        clock.advance(Duration.ofMillis(1));
        assertThat(soon.perSecond()).hasValue(500);
    }
}
