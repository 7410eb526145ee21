package io.armature.services.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTest {

    private final Turn turn = new Turn(new FailureLog(new HandClock()));
    private final List<String> ran = new ArrayList<>();

    @Test
    void whoeverFindsNobodyAtWorkRunsAllInOrder() {
        assertThat(turn.add(() -> ran.add("a"))).isTrue();
        assertThat(turn.add(() -> ran.add("b"))).isFalse();
        turn.drain();
        assertThat(ran).containsExactly("a", "b");
        assertThat(turn.again()).isFalse();
        assertThat(turn.add(() -> ran.add("c"))).isTrue();
    }

    @Test
    void aTaskThatFailsKeepsNoOtherFromRunning() {
        turn.add(
                () -> {
                    throw new IllegalStateException("broken on purpose");
                });
        turn.add(() -> ran.add("a"));
        turn.drain();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void othersWhoAddAllTheTimeKeepNobodyForEver() {
        assertThat(turn.add(this::addsAnother)).isTrue();
        turn.drain(1000);
        assertThat(ran).hasSize(1000);
        assertThat(turn.again()).as("what is left is taken once").isTrue();
        assertThat(turn.again()).isFalse();
        turn.drain(1);
        assertThat(ran).hasSize(1001);
    }

    @Test
    void whoeverAddsNextTakesWhatWasLeft() {
        turn.add(() -> ran.add("a"));
        turn.add(() -> ran.add("b"));
        turn.drain(1);
        assertThat(turn.add(() -> ran.add("c"))).isTrue();
        assertThat(turn.add(() -> ran.add("d"))).isFalse();
        assertThat(turn.again()).isFalse();
        turn.drain();
        assertThat(ran).containsExactly("a", "b", "c", "d");
    }

    private void addsAnother() {
        ran.add("");
        assertThat(turn.add(this::addsAnother)).isFalse();
    }
}
