package io.armature.reporting.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.queue.ConfirmedFile.Position;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfirmedFileTest {

    private static final long GENERATION = 0x0123456789abcdefL;
    private static final QueueName NAME = QueueName.ofDirectory("SlowBatch").orElseThrow();
    private static final Position POSITION = new Position(4123, 4000);

    @TempDir Path root;
    private Storage storage;
    private Path path;
    private byte[] golden;

    @BeforeEach
    void open() throws IOException {
        storage = FileStorage.open(root);
        storage.makeDirectory("SlowBatch");
        path = root.resolve("SlowBatch/confirmed");
        try (InputStream in = getClass().getResourceAsStream("/confirmed-v1.bin")) {
            golden = in.readAllBytes();
        }
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private ConfirmedFile file() {
        return new ConfirmedFile(storage, NAME, GENERATION);
    }

    @Test
    void whatIsWrittenIsTheGoldenFileAlsoOverAnOlderOne() throws IOException {
        file().write(POSITION);
        assertThat(path).hasBinaryContent(golden);
        file().write(new Position(5000, 4999));
        file().write(POSITION);
        assertThat(path).hasBinaryContent(golden);
    }

    @Test
    void theGoldenFileIsUnderstood() throws IOException {
        assertThat(file().read()).isEmpty();
        Files.write(path, golden);
        assertThat(file().read()).contains(POSITION);
    }

    @Test
    void aFileThatIsDamagedOrCutOrOfAnotherGenerationCountsForNothing() throws IOException {
        for (int at = 0; at < golden.length; at++) {
            byte[] bad = golden.clone();
            bad[at] ^= 0x11;
            Files.write(path, bad);
            assertThat(file().read()).as("flipped at %d", at).isEmpty();
            Files.write(path, Arrays.copyOf(golden, at));
            assertThat(file().read()).as("cut at %d", at).isEmpty();
        }
        Files.write(path, golden);
        assertThat(new ConfirmedFile(storage, NAME, 7).read()).isEmpty();
    }
}
