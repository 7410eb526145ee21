package io.armature.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.boot.api.Phase;
import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.testing.FolderPaths;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Making a model asks the conductor nothing, so none is needed. */
    @Override
    protected Command command() {
        return new BootCommands(null, new FolderPaths(root));
    }
}
