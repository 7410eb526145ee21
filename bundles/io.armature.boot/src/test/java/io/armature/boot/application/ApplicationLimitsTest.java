package io.armature.boot.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApplicationLimitsTest {

    private static String said(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void processGoesBeforeTheApplianceAndHasNoMoreThanItsAddressSpace() throws Exception {
        List<String> asks =
                List.of(
                        "/bin/sh",
                        "-c",
                        "cat /proc/self/oom_score_adj; ulimit -v; echo \"$1\"",
                        "x",
                        "a b");
        assertThat(said(new ApplicationLimits(2_048).around(asks)))
                .isEqualTo("500\n2097152\na b\n");
        assertThat(said(new ApplicationLimits(0).around(asks))).isEqualTo("500\nunlimited\na b\n");
    }

    @Test
    void programThatIsNotThereIsLeftForItsStartToComplainOf() {
        List<String> command = List.of("/no/such/program", "x");
        assertThat(new ApplicationLimits(64).around(command)).isEqualTo(command);
    }
}
