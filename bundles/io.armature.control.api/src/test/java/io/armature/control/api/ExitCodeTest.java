package io.armature.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The numbers of design.md section 1, which scripts rely on. */
class ExitCodeTest {

    @Test
    void codesAreThoseOfTheDesign() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void failureCarriesItsCodeAndItsLine() {
        assertThat(CommandFailure.failed("why").exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(CommandFailure.usage("why").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(CommandFailure.usage("why")).hasMessage("why");
    }
}
