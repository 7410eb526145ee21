package io.armature.boot;

import io.armature.boot.timeline.BootRecord;
import io.armature.control.api.ConsoleSource;
import io.armature.control.api.ConsoleSourceContract;
import io.armature.platform.api.testing.FolderPaths;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The observers of {@link BootSource}. */
class BootOutputsTest extends ConsoleSourceContract {

    @TempDir private Path root;
    private BootOutputs outputs;

    @BeforeEach
    void open() {
        outputs =
                new BootOutputs(
                        new FolderPaths(root), new BootRecord(new ConcurrentHashMap<>()), null);
    }

    @AfterEach
    void close() {
        outputs.close();
    }

    @Override
    protected ConsoleSource source() {
        return new ConsoleSource() {
            @Override
            public String name() {
                return "boot";
            }

            @Override
            public String snapshot() {
                return "{}";
            }

            @Override
            public Subscription observe(Runnable changed) {
                return outputs.observe(changed);
            }
        };
    }

    @Override
    protected void change() {
        outputs.changed();
    }
}
