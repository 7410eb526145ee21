package io.armature.itest.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model loses what a power cut may lose, and nothing else. */
class PowerCutStorageTest {

    private static final int SEEDS = 40;

    @TempDir Path folder;

    private PowerCutStorage open(int seed) throws IOException {
        return PowerCutStorage.open(
                folder.resolve("platter" + seed),
                (step, name) -> {},
                PowerCutStorage.Forcing.HONEST,
                seed);
    }

    private static void write(StorageFile file, String text, long at) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), at);
    }

    private static List<String> names(Storage storage, String directory) throws IOException {
        return storage.list(directory).stream().map(Storage.Entry::name).toList();
    }

    @Test
    void whatWasForcedWithItsNamesIsThere() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            Storage storage = open(seed);
            storage.makeDirectory("queue");
            storage.forceDirectory("");
            try (StorageFile file = storage.create("queue/segment")) {
                write(file, "x".repeat(10_000), 0);
                file.force(true);
                storage.forceDirectory("queue");
                write(file, "y".repeat(100), 5_000);
                file.force(false);
            }
            try (StorageFile file = open(seed).open("queue/segment", Access.READ)) {
                assertThat(file.size()).isEqualTo(10_000);
                ByteBuffer bytes = ByteBuffer.allocate(200);
                file.read(bytes, 4_950);
                assertThat(new String(bytes.array(), UTF_8))
                        .isEqualTo("x".repeat(50) + "y".repeat(100) + "x".repeat(50));
            }
        }
    }

    @Test
    void unforcedNamesContentsAndLengthsAreLostForSomeSeeds() throws Exception {
        int nameLost = 0;
        int contentLost = 0;
        int contentKept = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Storage storage = open(seed);
            try (StorageFile forced = storage.create("forced")) {
                storage.forceDirectory("");
                write(forced, "lost", 0);
            }
            storage.create("unforced").close();
            Storage after = open(seed);
            nameLost += names(after, "").contains("unforced") ? 0 : 1;
            try (StorageFile file = after.open("forced", Access.READ)) {
                contentLost += file.size() == 0 ? 1 : 0;
                contentKept += file.size() == 4 ? 1 : 0;
            }
        }
        assertThat(nameLost).isPositive();
        assertThat(contentLost).isPositive();
        // As on a real machine, some of it was on its way already.
        assertThat(contentKept).isPositive();
    }

    @Test
    void aRenameThatWasNotForcedLeavesTheOldFile() throws Exception {
        int old = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Storage storage = open(seed);
            storage.replace("key", "old".getBytes(UTF_8));
            try (StorageFile file = storage.create("new")) {
                write(file, "new", 0);
                file.force(true);
            }
            storage.rename("new", "key");
            byte[] kept = open(seed).read("key", 10);
            assertThat(new String(kept, UTF_8)).isIn("old", "new");
            old += kept[0] == 'o' ? 1 : 0;
        }
        assertThat(old).isPositive();
    }

    @Test
    void pagesOfAFailedForceAreNotWrittenByTheNext() throws Exception {
        boolean[] fails = {true};
        Path platter = folder.resolve("failing");
        Storage storage =
                PowerCutStorage.open(
                        platter,
                        (step, name) -> {
                            if (step == Steps.Step.FORCE && fails[0]) {
                                throw new IOException("injected");
                            }
                        },
                        PowerCutStorage.Forcing.HONEST,
                        3);
        try (StorageFile file = storage.create("segment")) {
            storage.forceDirectory("");
            write(file, "gone", 0);
            assertThatThrownBy(() -> file.force(true)).hasMessage("injected");
            fails[0] = false;
            file.force(true);
        }
        Storage after =
                PowerCutStorage.open(
                        platter, (step, name) -> {}, PowerCutStorage.Forcing.HONEST, 3);
        assertThat(after.read("segment", 10)).isEqualTo(new byte[4]);
    }

    @Test
    void aFileWhoseContentWasNeverForcedStaysOneOfItsOwn() throws Exception {
        Storage storage = open(1);
        storage.create("first").close();
        storage.forceDirectory("");
        Storage after = open(1);
        try (StorageFile second = after.create("second")) {
            write(second, "second", 0);
            second.force(true);
            after.forceDirectory("");
        }
        assertThat(open(1).read("first", 10)).isEmpty();
    }
}
