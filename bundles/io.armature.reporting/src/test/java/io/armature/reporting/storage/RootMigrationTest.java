package io.armature.reporting.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.storage.model.InterceptedStorage;
import io.armature.reporting.storage.model.InterceptedStorage.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The states that the original's directory migration knows, and being stopped anywhere. */
@Timeout(60)
class RootMigrationTest {

    private static final long LIMIT = 1 << 20;
    private static final String SEGMENT = "Security/P_Security.7.0";
    private static final Map<String, String> SPOOL =
            Map.of(
                    SEGMENT,
                    "x".repeat(200_000) + "end",
                    "FastBatch.guid/P_FastBatch.8.0",
                    "records",
                    "EncryptionKey.3",
                    "key",
                    "lost+found/strange",
                    "strange");

    @TempDir Path folder;
    private Optional<SpoolRoot.Migration> end;
    private Path old;
    private Path root;

    /** The process is killed. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void places() {
        old = folder.resolve("cache/reporting");
        root = folder.resolve("spool/reporting");
    }

    private void write(Path place, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = place.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    /** Files and directories that are empty, without locks. */
    private static Map<String, String> found(Path place) throws IOException {
        Map<String, String> found = new TreeMap<>();
        if (!Files.exists(place)) {
            return found;
        }
        try (Stream<Path> paths = Files.walk(place)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = place.relativize(path).toString();
                if (!name.equals("lock")) {
                    found.put(name, Files.readString(path, StandardCharsets.UTF_8));
                }
            }
        }
        return found;
    }

    private Optional<String> open() throws IOException {
        SpoolRoot place = new SpoolRoot(root, old, LIMIT);
        try (Storage opened = place.open()) {
            assertThat(opened.exists("lock")).isTrue();
            end = place.migration();
            return place.failure();
        }
    }

    @Test
    void withoutAnOldRootTheNewOneIsOpened() throws Exception {
        assertThat(open()).isEmpty();
        assertThat(end).isEmpty();
        assertThat(old).doesNotExist();
    }

    @Test
    void emptyOldRootIsLeftAlone() throws Exception {
        Files.createDirectories(old);
        assertThat(open()).isEmpty();
        assertThat(end).isEmpty();
        assertThat(old).isEmptyDirectory();
    }

    @Test
    void oldRootIsCopiedAndDeletedWithItsTag() throws Exception {
        write(old, SPOOL);
        assertThat(open()).isEmpty();
        assertThat(end).contains(SpoolRoot.Migration.MOVED);
        assertThat(found(root)).isEqualTo(new TreeMap<>(SPOOL));
        assertThat(old).isEmptyDirectory();
    }

    @Test
    void secondStartFindsNothingToDo() throws Exception {
        write(old, SPOOL);
        open();
        write(root, Map.of(SEGMENT, "grown"));
        assertThat(open()).isEmpty();
        assertThat(found(root)).containsEntry(SEGMENT, "grown");
    }

    @Test
    void taggedOldRootIsOnlyDeleted() throws Exception {
        write(old, Map.of(".DELETE-MISSIVE", "", SEGMENT, "stale"));
        write(root, Map.of(SEGMENT, "lives"));
        assertThat(open()).isEmpty();
        assertThat(end).contains(SpoolRoot.Migration.DELETED);
        assertThat(found(root)).containsExactly(Map.entry(SEGMENT, "lives"));
        assertThat(old).isEmptyDirectory();
    }

    @Test
    void oldRootWithNothingButItsTagIsEmptied() throws Exception {
        write(old, Map.of(".DELETE-MISSIVE", ""));
        assertThat(open()).isEmpty();
        assertThat(old).isEmptyDirectory();
    }

    @Test
    void destinationOfAStoppedCopyIsWipedAndCopiedAnew() throws Exception {
        write(old, SPOOL);
        write(root, Map.of(SEGMENT, SPOOL.get(SEGMENT), ".migration/Security/half", "ha"));
        assertThat(open()).isEmpty();
        assertThat(found(root)).isEqualTo(new TreeMap<>(SPOOL));
    }

    @Test
    void whatStoodAtTheDestinationStaysOrIsSetAside() throws Exception {
        write(old, SPOOL);
        write(
                root,
                Map.of(SEGMENT, "another's", "lost+found/earlier", "kept", "Slow.other/P", "own"));
        assertThat(open()).isEmpty();
        assertThat(found(root))
                .containsAllEntriesOf(
                        Map.of(
                                SEGMENT,
                                SPOOL.get(SEGMENT),
                                "lost+found/Security/P_Security.7.0",
                                "another's",
                                "Slow.other/P",
                                "own",
                                "lost+found/earlier",
                                "kept",
                                "lost+found/.migration_lost+found_strange",
                                "strange"));
        assertThat(old).isEmptyDirectory();
    }

    @Test
    void oldRootThatSomebodyUsesIsLeftAloneAndSaidSo() throws Exception {
        write(old, SPOOL);
        try (Storage user = FileStorage.open(old)) {
            assertThat(user.exists(SEGMENT)).isTrue();
            assertThat(open()).hasValueSatisfying(why -> assertThat(why).contains("records stay"));
            assertThat(end).contains(SpoolRoot.Migration.NOT_OPENED);
        }
        assertThat(found(old)).isEqualTo(new TreeMap<>(SPOOL));
        assertThat(open()).isEmpty();
    }

    @Test
    void copyThatFailsKeepsTheSourceAndIsTriedAgain() throws Exception {
        write(old, SPOOL);
        Files.createDirectories(root);
        for (Point point : new Point[] {Point.WRITE, Point.FORCE, Point.RENAME}) {
            Optional<String> failure = migrate(failing(point), Optional.empty());
            assertThat(failure)
                    .as(point.toString())
                    .hasValueSatisfying(why -> assertThat(why).contains("no " + point));
            assertThat(end).contains(SpoolRoot.Migration.NOT_COPIED);
            assertThat(found(old)).isEqualTo(new TreeMap<>(SPOOL));
            assertThat(found(root)).isEmpty();
        }
        assertThat(open()).isEmpty();
        assertThat(found(root)).isEqualTo(new TreeMap<>(SPOOL));
    }

    @Test
    void deletingThatFailsIsDoneAtTheNextStart() throws Exception {
        write(old, SPOOL);
        Files.createDirectories(root);
        assertThat(migrate((point, path) -> {}, Optional.of(failing(Point.UNLINK)))).isEmpty();
        assertThat(end).contains(SpoolRoot.Migration.NOT_DELETED);
        assertThat(found(old)).containsKey(".DELETE-MISSIVE");
        write(root, Map.of(SEGMENT, "grown"));
        assertThat(open()).isEmpty();
        assertThat(found(root)).containsEntry(SEGMENT, "grown");
        assertThat(old).isEmptyDirectory();
    }

    @Test
    void killedBeforeAnyStepNothingIsLostAndTheNextStartEndsIt() throws Exception {
        int kills = 0;
        for (int step = 1; killed(step); step++) {
            kills = step;
            Map<String, String> both = new TreeMap<>(found(old));
            both.putAll(found(root));
            assertThat(both.values()).as("step %d", step).containsAll(SPOOL.values());
            assertThat(open()).as("step %d", step).isEmpty();
            assertThat(found(root)).as("step %d", step).containsAllEntriesOf(live());
            assertThat(found(root).values()).contains("strange");
            assertThat(old).isEmptyDirectory();
            remove(root);
            remove(old);
        }
        assertThat(kills).isGreaterThan(30);
    }

    private static Map<String, String> live() {
        Map<String, String> live = new TreeMap<>(SPOOL);
        live.remove("lost+found/strange");
        return live;
    }

    /** Whether there was such a step. */
    private boolean killed(int step) throws IOException {
        write(old, SPOOL);
        Files.createDirectories(root);
        AtomicInteger steps = new AtomicInteger();
        InterceptedStorage.Interceptor kill =
                (point, path) -> {
                    if (steps.incrementAndGet() >= step) {
                        throw new Killed();
                    }
                };
        try {
            migrate(kill, Optional.of(kill));
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private static InterceptedStorage.Interceptor failing(Point which) {
        return (point, path) -> {
            if (point == which) {
                throw new IOException("no " + which);
            }
        };
    }

    private Optional<String> migrate(
            InterceptedStorage.Interceptor atRoot, Optional<InterceptedStorage.Interceptor> atOld)
            throws IOException {
        try (Storage source = FileStorage.open(old);
                Storage destination = FileStorage.open(root)) {
            Storage to = new InterceptedStorage(destination, atRoot);
            RootMigration moving =
                    new RootMigration(
                            atOld.<Storage>map(one -> new InterceptedStorage(source, one))
                                    .orElse(source),
                            to,
                            new LostAndFound(to, LIMIT));
            Optional<String> failure = moving.run();
            end = Optional.of(moving.end());
            return failure;
        }
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.toList()) {
                    remove(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
