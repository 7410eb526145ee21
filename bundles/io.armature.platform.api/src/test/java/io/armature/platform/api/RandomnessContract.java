package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Randomness} keeps. A provider's test extends it. */
public abstract class RandomnessContract {

    /** The source under test. */
    protected abstract Randomness randomness();

    @Test
    public void theWholeArrayIsFilledWhateverItsLength() {
        for (int length : new int[] {1, 16, 8_193, 1 << 20}) {
            byte[] seen = new byte[length];
            // a byte that stays 0 forty times is one that nobody fills
            for (int round = 0; round < 40; round++) {
                byte[] next = new byte[length];
                randomness().fill(next);
                for (int i = 0; i < length; i++) {
                    seen[i] |= next[i];
                }
                if (allSet(seen)) {
                    break;
                }
            }
            assertThat(allSet(seen)).as("all of " + length + " bytes").isTrue();
        }
    }

    private static boolean allSet(byte[] bytes) {
        for (byte one : bytes) {
            if (one == 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    public void anEmptyArrayIsNoError() {
        randomness().fill(new byte[0]);
        assertThatNullPointerException().isThrownBy(() -> randomness().fill(null));
    }

    @Test
    public void noTwoCallsGiveTheSameAlsoFromManyThreads() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        long distinct =
                IntStream.range(0, 256)
                        .parallel()
                        .filter(
                                i -> {
                                    byte[] bytes = new byte[16];
                                    randomness().fill(bytes);
                                    return seen.add(Arrays.toString(bytes));
                                })
                        .count();
        assertThat(distinct).isEqualTo(256);
    }

    @Test
    public void everyValueOfAByteOccurs() {
        byte[] bytes = new byte[1 << 16];
        randomness().fill(bytes);
        Set<Byte> values = new HashSet<>();
        for (byte one : bytes) {
            values.add(one);
        }
        assertThat(values).hasSize(256);
    }
}
