package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue section 2: systemd itself reads the unit and finds nothing to say. */
class SystemdUnitTest {

    private static final String PROGRAM = "/opt/armature/bin/armature";

    @TempDir private Path folder;

    private String unit;

    @BeforeEach
    void read() throws Exception {
        boolean installed =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "systemd-analyze")));
        assumeTrue(installed, "systemd-analyze is not installed");
        unit = Files.readString(Images.checkout().resolve("cnf/systemd/armature.service"));
        assertThat(unit).contains("ExecStart=" + PROGRAM + " ");
    }

    /** What systemd says of the unit, were the program installed. */
    private String complaints(String text) throws Exception {
        Path file = folder.resolve("armature.service");
        String program = Images.checkout().resolve("armature").toString();
        Files.writeString(file, text.replace(PROGRAM, program));
        Process process =
                new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said : "status " + process.exitValue() + ": " + said;
    }

    @Test
    void systemdUnderstandsEveryLineOfTheUnit() throws Exception {
        assertThat(complaints(unit)).isEmpty();
    }

    @Test
    void aMisspeltLineWouldBeSeen() throws Exception {
        assertThat(complaints(unit.replace("WatchdogSec=", "WatchdogSecs=")))
                .contains("WatchdogSecs");
    }
}
