package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.DurableFilesContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedFilesTest extends DurableFilesContract {

    @TempDir private Path folder;
    private final ForcedFiles files = new ForcedFiles();

    @Override
    protected DurableFiles files() {
        return files;
    }

    @Test
    void leftOverLinkOfAnInterruptedCallIsNotFollowed() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Files.createSymbolicLink(folder.resolve(".a.new"), victim);
        files.replace(folder.resolve("a"), "x".getBytes(StandardCharsets.UTF_8));
        assertThat(victim).hasContent("precious");
        assertThat(folder.resolve("a")).isRegularFile().hasContent("x");
    }
}
