package io.armature.platform.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestartsTest {

    @Test
    void tellsHowOftenAndAfterWhat() {
        assertThat(Restarts.of("0", "0")).hasToString("none");
        assertThat(Restarts.of("2", "137"))
                .hasToString("2, the JVM before this one ended with status 137 (signal 9)");
        assertThat(Restarts.of("1", "70"))
                .hasToString("1, the JVM before this one ended with status 70");
        assertThat(Restarts.of("2", "137").json())
                .isEqualTo("\"restarts\":2,\"last_exit_status\":137");
    }

    @Test
    void aJvmThatNoStubStartedHasNone() {
        assertThat(Restarts.of(null, null)).isEqualTo(new Restarts(0, 0));
        assertThat(Restarts.of("x", "")).isEqualTo(new Restarts(0, 0));
    }
}
