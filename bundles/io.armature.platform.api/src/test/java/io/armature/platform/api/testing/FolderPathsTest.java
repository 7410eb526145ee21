package io.armature.platform.api.testing;

import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DevicePathsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderPathsTest extends DevicePathsContract {

    @TempDir private Path root;

    @Override
    protected DevicePaths paths() {
        return new FolderPaths(root);
    }
}
