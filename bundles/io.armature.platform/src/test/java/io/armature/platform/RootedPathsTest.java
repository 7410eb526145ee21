package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DevicePathsContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootedPathsTest extends DevicePathsContract {

    @TempDir private Path root;

    @Override
    protected DevicePaths paths() {
        return new RootedPaths(root, Path.of("opt/armature/slots/A"));
    }

    @Test
    void directoryThatIsLinkedToAnotherDiskIsUsed() throws IOException {
        Path disk = Files.createDirectory(root.resolve("disk"));
        Files.createDirectories(root.resolve("var/spool"));
        Files.createSymbolicLink(root.resolve("var/spool/reporting"), disk);
        assertThat(paths().reportingSpool().toRealPath()).isEqualTo(disk.toRealPath());
    }

    @Test
    void whatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(root.resolve("var"), "a file in the way");
        assertThatThrownBy(this::paths)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("var/lib/armature");
    }
}
