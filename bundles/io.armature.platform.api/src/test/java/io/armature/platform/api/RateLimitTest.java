package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final HandClock clock = new HandClock();
    private final RateLimit limit = new RateLimit(clock);

    @Test
    void firstMayComeAtOnceAndTheNextTellsHowManyWereLeftOut() {
        assertThat(limit.permit()).hasValue(0);
        for (int i = 0; i < 2_000; i++) {
            assertThat(limit.permit()).isEmpty();
        }
        clock.advance(RateLimit.PERIOD.minusNanos(1));
        assertThat(limit.permit()).isEmpty();
        clock.advance(RateLimit.PERIOD);
        assertThat(limit.permit()).hasValue(2_001);
        assertThat(limit.permit()).isEmpty();
        clock.advance(RateLimit.PERIOD);
        assertThat(limit.permit()).hasValue(1);
    }
}
