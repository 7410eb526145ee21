package io.armature.reporting.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final BackOff backOff = new BackOff(3_000, 600_000);

    @Test
    void doublesFromTheShortestToTheLongest() {
        assertThat(IntStream.rangeClosed(1, 10).mapToLong(backOff::millisAfter))
                .containsExactly(
                        3_000L, 6_000L, 12_000L, 24_000L, 48_000L, 96_000L, 192_000L, 384_000L,
                        600_000L, 600_000L);
        assertThat(backOff.millisAfter(0)).isEqualTo(3_000);
        assertThat(backOff.millisAfter(Integer.MAX_VALUE)).isEqualTo(600_000);
    }

    @Test
    void jitterTakesAwayAtMostAHalf() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(backOff.jitteredMillisAfter(2, random.nextInt())).isBetween(3_000L, 6_000L);
        }
    }

    @Test
    void longestBelowShortestIsRefused() {
        assertThatThrownBy(() -> new BackOff(10, 9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 to 9");
    }
}
