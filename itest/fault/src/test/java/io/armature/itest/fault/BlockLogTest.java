package io.armature.itest.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record of a disk, and what it says a power cut may leave. */
class BlockLogTest {

    private static final long MAGIC = 0x6a736677736872L;
    private static final int SECTOR = 512;
    private static final int FLUSH = 1;
    private static final int FORCED = 2;
    private static final int DISCARD = 4;

    @TempDir Path folder;

    private final ByteBuffer bytes =
            ByteBuffer.allocate(64 * SECTOR).order(ByteOrder.LITTLE_ENDIAN).position(SECTOR);
    private long count;

    private void entry(long sector, int sectors, int flags, char content) {
        int at = bytes.position();
        bytes.putLong(sector).putLong(sectors).putLong(flags).putLong(0);
        bytes.position(at + SECTOR);
        if ((flags & DISCARD) == 0) {
            byte[] data = new byte[sectors * SECTOR];
            Arrays.fill(data, (byte) content);
            bytes.put(data);
        }
        count++;
    }

    private Path written() throws IOException {
        bytes.putLong(0, MAGIC).putLong(8, 1).putLong(16, count).putInt(24, SECTOR);
        return Files.write(folder.resolve("log"), Arrays.copyOf(bytes.array(), bytes.position()));
    }

    /** A letter a sector. */
    private static String letters(Path image) throws IOException {
        byte[] all = Files.readAllBytes(image);
        StringBuilder letters = new StringBuilder();
        for (int at = 0; at < all.length; at += SECTOR) {
            letters.append(all[at] == 0 ? '.' : (char) all[at]);
        }
        return letters.toString();
    }

    private Path empty(int sectors) throws IOException {
        return Files.write(folder.resolve("before"), new byte[sectors * SECTOR]);
    }

    @Test
    void entriesAreReadInTheirOrderWithTheirContent() throws Exception {
        entry(2, 2, 0, 'a');
        entry(0, 0, FLUSH, '-');
        entry(1, 3, DISCARD, '-');
        entry(3, 1, FORCED, 'b');
        Path path = written();
        assertThat(BlockLog.count(path)).isEqualTo(4);
        Path image = empty(5);
        try (BlockLog log = BlockLog.open(path);
                FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            assertThat(log.entries())
                    .extracting(BlockLog.Entry::sector)
                    .containsExactly(2L, 0L, 1L, 3L);
            assertThat(log.entries())
                    .extracting(BlockLog.Entry::flush)
                    .containsExactly(false, true, false, false);
            assertThat(log.entries().get(3).forced()).isTrue();
            log.apply(log.entries().get(0), file, sector -> true);
            log.apply(log.entries().get(2), file, sector -> true);
            assertThat(letters(image)).isEqualTo("..aa.");
            log.apply(log.entries().get(3), file, sector -> true);
            assertThat(letters(image)).isEqualTo("..ab.");
            log.apply(log.entries().get(0), file, sector -> sector == 1);
            assertThat(letters(image)).isEqualTo("..aa.");
        }
    }

    @Test
    void recordThatIsCutShortOrNoneIsRefused() throws Exception {
        entry(0, 2, 0, 'a');
        Path path = written();
        Files.write(path, Arrays.copyOf(Files.readAllBytes(path), SECTOR + 8));
        assertThatThrownBy(() -> BlockLog.open(path)).isInstanceOf(IOException.class);
        Path other = Files.write(folder.resolve("other"), new byte[SECTOR]);
        assertThat(BlockLog.count(other)).isZero();
        assertThatThrownBy(() -> BlockLog.open(other)).hasMessageContaining("no record of writes");
    }

    @Test
    void cutsKeepWhatWasFlushedOrForcedAndAnySectorsOfTheRest() throws Exception {
        entry(0, 1, 0, 'a');
        entry(0, 0, FLUSH, '-');
        entry(1, 2, 0, 'b');
        entry(3, 1, FORCED, 'c');
        entry(0, 0, FLUSH, '-');
        Set<String> cuts = new HashSet<>();
        List<String> marks = new ArrayList<>();
        try (Replay replay = new Replay(BlockLog.open(written()), empty(4), folder, 1)) {
            replay.run(
                    2,
                    60,
                    (image, durable, end) -> {
                        if (durable == end) {
                            marks.add(letters(image) + durable);
                        } else {
                            assertThat(durable).isEqualTo(2);
                            cuts.add(letters(image));
                        }
                    });
            assertThat(replay.marks()).isEqualTo(1);
            assertThat(replay.cuts()).isEqualTo(60);
        }
        assertThat(marks).containsOnly("abbc5");
        assertThat(cuts).containsExactlyInAnyOrder("a..c", "ab.c", "a.bc", "abbc");
    }
}
