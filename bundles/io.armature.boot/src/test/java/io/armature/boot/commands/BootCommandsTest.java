package io.armature.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.boot.api.Phase;
import io.armature.boot.timeline.BootstatFiles;
import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.control.api.testing.MemoryTerminal;
import io.armature.platform.api.testing.FolderPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BootCommandsTest extends CommandContract {

    @TempDir private Path root;

    @ParameterizedTest
    @CsvSource({
        "application,APPLICATION",
        "boot-complete,APPLICATION",
        "armature.boot-complete,APPLICATION",
        "failsafe,FAILSAFE"
    })
    void phaseIsKnownByItsNameAndItsMilestones(String name, Phase phase) {
        assertThat(BootWord.phase(name)).isEqualTo(phase);
    }

    @Test
    void unknownPhaseListsTheChoices() {
        assertThatThrownBy(() -> BootWord.phase("nope"))
                .hasMessageContaining("'nope'")
                .hasMessageContaining("system-services");
    }

    @Test
    void eventWithoutARecordPrintsNothingAndIsNoFailure() throws IOException {
        MemoryTerminal terminal = new MemoryTerminal("");
        BootstatFiles files = new BootstatFiles(root, root.resolve("uptime"), null);
        CommandLine word = new CommandLine(new BootWord(null, files, terminal));
        assertThat(word.execute("stat", "not-yet")).isZero();
        assertThat(terminal.printed()).isEmpty();
        Files.writeString(root.resolve("uptime-not-yet"), "1.5 0.1\n");
        assertThat(word.execute("stat", "not-yet")).isZero();
        assertThat(terminal.printed()).isEqualTo("1.5\n");
    }

    /** Making a model asks the conductor nothing, so none is needed. */
    @Override
    protected Command command() {
        return new BootCommands(null, new FolderPaths(root));
    }
}
