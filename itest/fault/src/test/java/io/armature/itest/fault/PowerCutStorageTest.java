package io.armature.itest.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.storage.NoSpaceException;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model loses what a power cut may lose, and nothing else. */
class PowerCutStorageTest {

    private static final int SEEDS = 40;
    private static final int MANY_SEEDS = 600;
    private static final int SECTOR = 512;

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
                            if (step == Steps.Step.FORCE_LENGTH && fails[0]) {
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

    @Test
    void sectorsAndTheLengthGetToThePlatterEachByItself() throws Exception {
        Set<String> survived = new TreeSet<>();
        for (int seed = 0; seed < MANY_SEEDS; seed++) {
            Storage storage = open(seed);
            try (StorageFile file = storage.create("segment")) {
                storage.forceDirectory("");
                write(file, "x".repeat(3 * SECTOR), 0);
            }
            try (StorageFile file = open(seed).open("segment", Access.READ)) {
                ByteBuffer bytes = ByteBuffer.allocate(3 * SECTOR);
                file.read(bytes, 0);
                StringBuilder sectors = new StringBuilder(file.size() + ":");
                for (int at = 0; at < file.size(); at += SECTOR) {
                    sectors.append(bytes.get(at) == 'x' ? 'x' : '-');
                }
                survived.add(sectors.toString());
            }
        }
        assertThat(survived)
                .contains("0:", "1536:---", "1536:x--", "1536:-x-", "1536:--x", "1536:xx-")
                .contains("1536:x-x", "1536:-xx", "1536:xxx");
    }

    @Test
    void aForceThatIsCutLeavesAnySectorsOfIt() throws Exception {
        Set<String> survived = new TreeSet<>();
        for (int seed = 0; seed < MANY_SEEDS; seed++) {
            Path platter = folder.resolve("cut" + seed);
            int[] left = {1 + seed % 2};
            Storage storage =
                    PowerCutStorage.open(
                            platter,
                            (step, name) -> {
                                if (step == Steps.Step.SECTOR && left[0]-- == 0) {
                                    throw new IOException("cut");
                                }
                            },
                            PowerCutStorage.Forcing.HONEST,
                            seed);
            try (StorageFile file = storage.create("segment")) {
                storage.forceDirectory("");
                write(file, "x".repeat(3 * SECTOR), 0);
                assertThatThrownBy(() -> file.force(true)).hasMessage("cut");
            }
            StringBuilder sectors = new StringBuilder();
            Storage after =
                    PowerCutStorage.open(
                            platter, (step, name) -> {}, PowerCutStorage.Forcing.HONEST, seed);
            byte[] bytes = after.read("segment", 3 * SECTOR);
            for (int at = 0; at < bytes.length; at += SECTOR) {
                sectors.append(bytes[at] == 'x' ? 'x' : '-');
            }
            survived.add(sectors.toString());
        }
        assertThat(survived).contains("x--", "-x-", "--x", "x-x", "-xx");
    }

    @Test
    void namesComeAndGoEachByItself() throws Exception {
        Set<List<String>> survived = new HashSet<>();
        for (int seed = 0; seed < MANY_SEEDS; seed++) {
            Storage storage = open(seed);
            storage.create("old").close();
            storage.forceDirectory("");
            storage.create("a").close();
            storage.create("b").close();
            storage.unlink("old");
            storage.makeDirectory("d");
            survived.add(names(open(seed), ""));
        }
        assertThat(survived)
                .contains(
                        List.of("old"),
                        List.of("a", "old"),
                        List.of("b", "old"),
                        List.of("a", "b", "d"),
                        List.of("d", "old"));
    }

    @Test
    void aRenameIntoAnotherDirectoryLosesNothingAndMayBeThereTwice() throws Exception {
        Set<String> survived = new HashSet<>();
        for (int seed = 0; seed < MANY_SEEDS; seed++) {
            Storage storage = open(seed);
            storage.makeDirectory("d");
            storage.replace("a", "text".getBytes(UTF_8));
            storage.rename("a", "d/b");
            if (seed % 4 == 0) {
                storage.forceDirectory("");
            }
            Storage after = open(seed);
            boolean there = names(after, "").contains("a");
            boolean moved = names(after, "d").contains("b");
            assertThat(there || moved).as("seed %d", seed).isTrue();
            assertThat(after.read(there ? "a" : "d/b", 10)).asString(UTF_8).isEqualTo("text");
            survived.add(there + " " + moved);
        }
        assertThat(survived).containsExactlyInAnyOrder("true false", "true true", "false true");
    }

    @Test
    void halfOfAShortWriteIsOnThePlatter() throws Exception {
        Path platter = folder.resolve("short");
        boolean[] last = new boolean[1];
        Storage storage =
                PowerCutStorage.open(
                        platter,
                        (step, name) -> {
                            if (step == Steps.Step.WRITE) {
                                throw new ShortWrite(() -> last[0] = true);
                            }
                        },
                        PowerCutStorage.Forcing.HONEST,
                        1);
        try (StorageFile file = storage.create("file")) {
            storage.forceDirectory("");
            assertThatThrownBy(() -> write(file, "x".repeat(SECTOR), 0))
                    .isInstanceOf(NoSpaceException.class);
        }
        assertThat(last[0]).isTrue();
        Storage after =
                PowerCutStorage.open(
                        platter, (step, name) -> {}, PowerCutStorage.Forcing.HONEST, 1);
        assertThat(after.read("file", SECTOR)).asString(UTF_8).isEqualTo("x".repeat(SECTOR / 2));
    }
}
