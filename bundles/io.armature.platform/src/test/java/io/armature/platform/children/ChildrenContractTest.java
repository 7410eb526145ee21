package io.armature.platform.children;

import io.armature.platform.api.ProcessLauncher;
import io.armature.platform.api.ProcessLauncherContract;
import io.armature.platform.api.testing.HandClock;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ChildrenContractTest extends ProcessLauncherContract {

    @TempDir private Path run;
    private Children children;

    @BeforeEach
    void start() {
        children =
                new Children(
                        new Registrations(run.resolve("children")),
                        new ProcessTable(Path.of("/proc")),
                        new HandClock(),
                        new Random(1)::nextBytes);
    }

    @AfterEach
    void end() {
        children.endAll();
    }

    @Override
    protected ProcessLauncher launcher() {
        return children;
    }
}
