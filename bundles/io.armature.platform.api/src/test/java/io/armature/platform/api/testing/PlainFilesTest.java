package io.armature.platform.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.DurableFilesContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlainFilesTest extends DurableFilesContract {

    private final PlainFiles files = new PlainFiles();

    @Override
    protected DurableFiles files() {
        return files;
    }

    @Test
    void failingDiskKeepsWhatItHas(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("kept"), "old");
        files.failing(true);
        assertThatThrownBy(() -> files.replace(file, new byte[1])).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.delete(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("old");
        files.failing(false);
        files.delete(file);
        assertThat(file).doesNotExist();
    }
}
