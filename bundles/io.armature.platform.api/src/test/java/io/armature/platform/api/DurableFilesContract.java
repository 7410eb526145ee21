package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link DurableFiles} keeps but the force, which no test sees. */
public abstract class DurableFilesContract {

    @TempDir private Path directory;

    /** The service under test. */
    protected abstract DurableFiles files();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    public void fileIsMadeOrReplacedAsAWholeAndNothingIsLeftBeside() throws IOException {
        Path target = directory.resolve("a");
        files().replace(target, bytes("first and longer"));
        assertThat(target).hasContent("first and longer");
        files().replace(target, bytes("second"));
        assertThat(target).hasContent("second");
        files().replace(target, new byte[0]);
        assertThat(target).isEmptyFile();
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    public void readerSeesTheOldOrTheNewContentAndNothingBetween() throws Exception {
        Path target = directory.resolve("a");
        byte[] old = new byte[1 << 16];
        byte[] fresh = new byte[1 << 16];
        Arrays.fill(fresh, (byte) 1);
        files().replace(target, old);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> reader =
                CompletableFuture.runAsync(
                        () -> {
                            while (!over.get()) {
                                assertThat(read(target)).isIn(old, fresh);
                            }
                        });
        for (int i = 0; i < 50; i++) {
            files().replace(target, i % 2 == 0 ? fresh : old);
        }
        over.set(true);
        reader.get(60, TimeUnit.SECONDS);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    public void failedReplacementLeavesTheOldContentAndNothingBeside() throws IOException {
        Path target = Files.createDirectory(directory.resolve("a"));
        Files.createFile(target.resolve("inside"));
        assertThatThrownBy(() -> files().replace(target, bytes("x")))
                .isInstanceOf(IOException.class);
        assertThat(target.resolve("inside")).exists();
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    public void directoryThatIsMissingIsAnErrorAndIsNotMade() {
        assertThatThrownBy(() -> files().replace(directory.resolve("b/a"), bytes("x")))
                .isInstanceOf(IOException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    public void nullIsRefusedBeforeAnythingIsTouched() throws IOException {
        Path target = Files.writeString(directory.resolve("a"), "old");
        assertThatNullPointerException().isThrownBy(() -> files().replace(target, null));
        assertThatNullPointerException().isThrownBy(() -> files().replace(null, bytes("x")));
        assertThatNullPointerException().isThrownBy(() -> files().delete(null));
        assertThat(target).hasContent("old");
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    public void deletingWhatIsNotThereIsNoError() throws IOException {
        Path target = Files.createFile(directory.resolve("a"));
        files().delete(target);
        files().delete(target);
        files().delete(directory.resolve("b/a"));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    public void aDirectoryWithContentIsNotDeleted() throws IOException {
        Path target = Files.createDirectory(directory.resolve("a"));
        Files.createFile(target.resolve("inside"));
        assertThatThrownBy(() -> files().delete(target)).isInstanceOf(IOException.class);
        assertThat(target.resolve("inside")).exists();
    }
}
