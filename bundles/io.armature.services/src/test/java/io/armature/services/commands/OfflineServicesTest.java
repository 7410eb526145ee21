package io.armature.services.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.control.api.testing.MemoryTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no device: checking, and the original program's flags (statement 30). */
class OfflineServicesTest {

    @TempDir Path root;

    private MemoryTerminal terminal;

    private int run(String... words) {
        terminal = new MemoryTerminal("", root);
        return new OfflineServices(terminal).run(root, root.resolve("slot"), List.of(words));
    }

    private void device(String policy) throws IOException {
        Path slot = Files.createDirectories(root.resolve("slot/policy"));
        Files.writeString(slot.resolve("../lock"), "");
        Files.writeString(slot.resolve("A.jsonc"), policy);
    }

    @Test
    void checksDirectoriesRelativeToTheCaller() throws IOException {
        Path own = Files.createDirectory(root.resolve("own"));
        Files.writeString(own.resolve("Fan"), "[{\"bundle\": \"a\", \"own\": [\"Fan\"]}]");
        assertThat(run("check-policy", "own")).isZero();
        assertThat(terminal.printed()).isEqualTo("accepted, 1 service\n");
        Files.writeString(own.resolve("Fan"), "[\n  {]");
        assertThat(run("check-policy", "own")).isEqualTo(1);
        assertThat(terminal.printed()).startsWith(own.resolve("Fan") + ":2:4: error: ");
    }

    @Test
    void withoutDirectoriesChecksTheDeviceThatIsThere() throws IOException {
        assertThat(run("check-policy")).isEqualTo(3);
        assertThat(terminal.complained()).startsWith("armature: no device in ");
        assertThat(run("--check_policy")).isEqualTo(3);
        device("[]");
        assertThat(run("check-policy")).isZero();
        assertThat(run("--check_policy")).isZero();
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.complained()).isEqualTo("accepted, 0 services\n");
        device("{}");
        assertThat(run("check-policy", "--json")).isEqualTo(1);
        assertThat(terminal.printed()).startsWith("[{\"file\":\"");
        assertThat(run("--check_policy")).isEqualTo(1);
    }

    @Test
    void wrongWordsAreUsage() {
        assertThat(run("check-policy", "--strange")).isEqualTo(2);
        assertThat(terminal.complained()).contains("Unknown option").contains("--help");
    }

    @ParameterizedTest
    @CsvSource({
        "--help, 0",
        "--log_level=2 --help, 0",
        "--log_level=-1 --help, 0",
        "--permissive, 1",
        "--strange, 64",
        "--help word, 64",
        "--log_level, 65",
        "--log_level=x, 65",
        "--check_policy=perhaps, 65",
        "--permissive=2, 65",
    })
    void originalFlagsHaveTheOriginalExitCodes(String flags, int code) {
        assertThat(run(flags.split(" "))).isEqualTo(code);
    }
}
