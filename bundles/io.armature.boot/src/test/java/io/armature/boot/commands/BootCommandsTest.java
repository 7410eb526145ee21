package io.armature.boot.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.testing.FolderPaths;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class BootCommandsTest extends CommandContract {

    @TempDir private Path root;

    /** Making a model asks the conductor nothing, so none is needed. */
    @Override
    protected Command command() {
        return new BootCommands(null, new FolderPaths(root));
    }
}
