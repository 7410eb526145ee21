package io.armature.reporting.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.queue.UnreadableFile.Entry;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreadableFileTest {

    private static final long GENERATION = 0x0123456789abcdefL;
    private static final QueueName NAME = QueueName.ofDirectory("SlowBatch").orElseThrow();
    private static final Entry[] ENTRIES = {
        new Entry(0, 0, List.of(1)),
        new Entry(100, 0, List.of()),
        new Entry(4000, 4123, List.of(0, 2, 511))
    };

    @TempDir Path root;
    private Storage storage;
    private Path path;
    private byte[] golden;

    @BeforeEach
    void open() throws IOException {
        storage = FileStorage.open(root);
        storage.makeDirectory("SlowBatch");
        path = root.resolve("SlowBatch/unreadable");
        try (InputStream in = getClass().getResourceAsStream("/unreadable-v1.bin")) {
            golden = in.readAllBytes();
        }
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private UnreadableFile file() {
        return new UnreadableFile(storage, NAME, GENERATION);
    }

    private static Segment segment(Entry entry) {
        Segment segment = new Segment("s" + entry.firstId(), entry.firstId(), 2 << 20, 128);
        segment.salvage(entry);
        return segment;
    }

    private static List<Segment> segments() {
        return Arrays.stream(ENTRIES).map(UnreadableFileTest::segment).toList();
    }

    @Test
    void whatIsWrittenIsTheGoldenFile() throws IOException {
        file().keep(segments());
        assertThat(path).hasBinaryContent(golden);
        assertThat(path.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void theGoldenFileIsUnderstood() throws IOException {
        Files.write(path, golden);
        assertThat(file().read().values()).containsExactlyInAnyOrder(ENTRIES);
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
        assertThat(new UnreadableFile(storage, NAME, 7).read()).isEmpty();
    }

    /** Else it would be read well at the next start, and believed of what was written since. */
    @Test
    void oneThatCouldNotBeReadGoesWhenAllIsWell() throws IOException {
        Files.write(path, Arrays.copyOf(golden, 30));
        UnreadableFile file = file();
        assertThat(file.read()).isEmpty();
        file.keep(List.of(new Segment("well", 0, 4096, 128)));
        assertThat(path).doesNotExist();
    }

    @Test
    void itIsWrittenOnlyWhenSomethingChangedAndGoesWhenAllIsWell() throws IOException {
        UnreadableFile file = file();
        file.keep(List.of(new Segment("well", 0, 4096, 128)));
        assertThat(path).doesNotExist();
        file.keep(segments());
        Files.delete(path);
        file.keep(segments());
        assertThat(path).doesNotExist();
        file.keep(segments().subList(0, 1));
        assertThat(path).exists();
        file.keep(List.of());
        assertThat(path).doesNotExist();
    }

    @Test
    void aSegmentOfWhichNothingCanBeReadIsKeptAsThat() {
        Segment large = segment(new Entry(0, 0, List.of()));
        large.giveUp();
        BadBlocks known = new BadBlocks(large.unreadable().orElseThrow().blocks());
        assertThat(known.contains(0)).isTrue();
        assertThat(known.contains((2 << 20) / BadBlocks.BLOCK_BYTES - 1)).isTrue();
        Segment small = new Segment("small", 0, 5000, 128);
        small.giveUp();
        assertThat(small.unreadable()).as("not salvaged").isEmpty();
        small.salvage();
        small.giveUp();
        assertThat(small.unreadable().orElseThrow().blocks()).containsExactly(0, 1);
    }
}
