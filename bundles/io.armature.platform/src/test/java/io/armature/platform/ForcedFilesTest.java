package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedFilesTest {

    @TempDir private Path directory;
    private final ForcedFiles files = new ForcedFiles();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void fileIsReplacedAsAWholeAndNothingIsLeftBeside() throws IOException {
        Path target = directory.resolve("a");
        files.replace(target, bytes("first and longer"));
        files.replace(target, bytes("second"));
        assertThat(target).hasContent("second");
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    void leftOverLinkOfAnInterruptedCallIsNotFollowed() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createSymbolicLink(directory.resolve(".a.new"), victim);
        files.replace(directory.resolve("a"), bytes("x"));
        assertThat(victim).hasContent("precious");
        assertThat(directory.resolve("a")).isRegularFile().hasContent("x");
    }

    @Test
    void failedCallLeavesTheOldContent() throws IOException {
        Path target = Files.createDirectory(directory.resolve("a"));
        Files.createFile(target.resolve("inside"));
        assertThatThrownBy(() -> files.replace(target, bytes("x"))).isInstanceOf(IOException.class);
        assertThat(target.resolve("inside")).exists();
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    void deletingWhatIsNotThereIsNoError() throws IOException {
        Path target = Files.createFile(directory.resolve("a"));
        files.delete(target);
        files.delete(target);
        assertThat(target).doesNotExist();
    }
}
