package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.Randomness;
import io.armature.platform.api.RandomnessContract;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class KernelRandomnessTest extends RandomnessContract {

    @Override
    protected Randomness randomness() {
        return new KernelRandomness();
    }

    @Test
    void deviceThatGivesTooLittleIsNamed() {
        assertThatThrownBy(() -> new KernelRandomness("/dev/null").fill(new byte[1]))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("/dev/null");
    }
}
