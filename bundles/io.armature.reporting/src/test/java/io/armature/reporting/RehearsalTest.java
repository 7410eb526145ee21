package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.MachineClock;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.testing.PlainSealing;
import io.armature.reporting.testing.SpoolFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new version tries itself out beside the one that serves. */
@Timeout(60)
class RehearsalTest {

    @TempDir Path folder;
    private Path root;
    private Path scratch;
    private final List<List<String>> keysSeen = new ArrayList<>();

    @BeforeEach
    void folders() {
        root = folder.resolve("spool");
        scratch = folder.resolve("cache/rehearsal");
    }

    @Test
    void theSpoolThatServesIsLeftAloneAndNothingStays() throws Exception {
        try (SpoolFixture serving = new SpoolFixture(root).start()) {
            serving.store(Priority.SECURITY, "a");
            Files.writeString(root.resolve("EncryptionKey.7"), "key");
            List<String> before = files(root);

            rehearsal(PlainSealing.withKey()).run();

            assertThat(files(root)).isEqualTo(before);
            assertThat(scratch).doesNotExist();
            assertThat(keysSeen).isNotEmpty().allMatch(List.of("EncryptionKey.7")::equals);
            assertThat(serving.left(Priority.SECURITY)).containsExactly("a");
        }
    }

    @Test
    void leftoversOfOneThatWasKilledAreRemoved() throws Exception {
        Files.createDirectories(scratch.resolve("Security.x"));
        Files.writeString(scratch.resolve("Security.x/P_1.0"), "torn");
        rehearsal(PlainSealing.withKey()).run();
        assertThat(scratch).doesNotExist();
    }

    @Test
    void withoutAKeyItEndsEarlyAndWell() {
        rehearsal(PlainSealing.withoutKey()).run();
        assertThat(scratch).doesNotExist();
    }

    @Test
    void aVersionThatCannotSealFailsIt() {
        PlainSealing broken =
                new PlainSealing() {
                    @Override
                    public boolean keyPresent() {
                        return true;
                    }

                    @Override
                    public EncryptedRecord seal(byte[] wrappedRecord) {
                        throw new IllegalStateException("broken");
                    }
                };
        assertThatThrownBy(() -> rehearsal(broken).run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broken");
        assertThat(scratch).doesNotExist();
    }

    private Rehearsal rehearsal(Sealing sealing) {
        return new Rehearsal(
                scratch,
                root,
                files -> {
                    try {
                        keysSeen.add(
                                files.names().stream()
                                        .filter(name -> name.startsWith("EncryptionKey."))
                                        .toList());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    return sealing;
                },
                new MachineClock(),
                new Random(1)::nextBytes,
                SpoolSettings.standard());
    }

    private static List<String> files(Path root) throws Exception {
        try (Stream<Path> all = Files.walk(root)) {
            List<String> names = new ArrayList<>();
            for (Path path : (Iterable<Path>) all.sorted()::iterator) {
                long bytes = Files.isRegularFile(path) ? Files.size(path) : 0;
                names.add(root.relativize(path) + " " + bytes);
            }
            return names;
        }
    }
}
