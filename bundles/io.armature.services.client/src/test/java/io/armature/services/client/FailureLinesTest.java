package io.armature.services.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureLinesTest {

    private final HandTiming timing = new HandTiming();
    private final FailureLines lines = new FailureLines(timing);

    private void pass(Duration time) {
        timing.after(time, Runnable::run, () -> {});
        assertThat(timing.next()).isTrue();
    }

    @Test
    void thousandsOfFailuresAreOneLineInAWhile() {
        assertThat(lines.permit()).hasValue(0);
        for (int i = 0; i < 3_000; i++) {
            assertThat(lines.permit()).isEmpty();
        }
        pass(FailureLines.PERIOD.minusNanos(1));
        assertThat(lines.permit()).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(lines.permit()).hasValue(3_001);
        assertThat(lines.permit()).isEmpty();
    }
}
