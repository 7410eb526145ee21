package io.armature.dbus.wire.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Waits double up to the longest, and are never shorter than half. */
class BackOffTest {

    @Test
    void waitsDoubleAndAreShortenedByUpToAHalf() {
        BackOff backOff = new BackOff(500, 60_000);
        long[] whole = {500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
        Random random = new Random(1);
        for (int i = 0; i < whole.length; i++) {
            for (int round = 0; round < 1_000; round++) {
                assertThat(backOff.millisAfter(i + 1, random.nextInt()))
                        .isBetween(whole[i] / 2, whole[i]);
            }
        }
        assertThat(backOff.millisAfter(Integer.MAX_VALUE, 0)).isEqualTo(60_000);
        assertThat(backOff.millisAfter(0, 0)).isEqualTo(500);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new BackOff(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BackOff(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
