package io.armature.console;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.testing.FolderPaths;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ConsoleCommandTest extends CommandContract {

    @TempDir private Path root;

    @Override
    protected Command command() {
        return new ConsoleCommand(new FolderPaths(root));
    }
}
