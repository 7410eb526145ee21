package io.armature.reporting.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.reporting.storage.model.ForwardingStorage;
import io.armature.reporting.storage.model.InterceptedStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An old root that makes trouble does not keep the spool closed, nor locked. */
class SpoolRootTest {

    private static final long LIMIT = 1 << 20;

    @TempDir Path folder;
    private Path old;
    private Path root;

    /** Its directories cannot be read. */
    private static final class Unreadable extends ForwardingStorage {
        Unreadable(Storage real) {
            super(real);
        }

        @Override
        public List<Entry> list(String directory) throws IOException {
            throw new IOException("Input/output error");
        }
    }

    @BeforeEach
    void oldSpool() throws IOException {
        old = Files.createDirectories(folder.resolve("cache/reporting/Security")).getParent();
        root = folder.resolve("spool/reporting");
    }

    @Test
    void anOldRootThatCannotBeReadIsAFaultAndTheSpoolOpens() throws Exception {
        SpoolRoot.Opener broken = place -> new Unreadable(FileStorage.unlocked(place));
        SpoolRoot place = new SpoolRoot(root, old, LIMIT, FileStorage::open, broken);
        try (Storage opened = place.open()) {
            assertThat(FileStorage.inUse(root)).isTrue();
            assertThat(opened.exists("Security")).isFalse();
        }
        assertThat(place.failure())
                .hasValueSatisfying(
                        why -> assertThat(why).contains("records stay", "Input/output error"));
        assertThat(FileStorage.inUse(root)).isFalse();
        assertThat(old.resolve("Security")).exists();
    }

    @Test
    void whateverElseHappensNeitherRootStaysLocked() throws Exception {
        SpoolRoot.Opener dying =
                place ->
                        new InterceptedStorage(
                                FileStorage.open(place),
                                (point, path) -> {
                                    throw new IllegalStateException("a bug");
                                });
        SpoolRoot place = new SpoolRoot(root, old, LIMIT, dying, FileStorage::unlocked);
        assertThatThrownBy(place::open).hasMessage("a bug");
        assertThat(FileStorage.inUse(root)).as("root").isFalse();
        assertThat(FileStorage.inUse(old)).as("old root").isFalse();
        try (Storage opened = new SpoolRoot(root, old, LIMIT).open()) {
            assertThat(opened.exists("Security")).isTrue();
        }
    }
}
