package io.armature.platform.api.testing;

import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Files that are replaced as a whole but not forced, on a disk that can be made to fail. */
public final class PlainFiles implements DurableFiles {

    private volatile boolean failing;

    /** From now on every call fails, or none; what is stored stays. */
    public void failing(boolean value) {
        failing = value;
    }

    @Override
    public void replace(Path target, byte[] content) throws IOException {
        Objects.requireNonNull(content, "content");
        check(target);
        Path temporary = target.resolveSibling("." + target.getFileName() + ".new");
        Files.write(temporary, content);
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public void delete(Path target) throws IOException {
        check(target);
        Files.deleteIfExists(target);
    }

    private void check(Path target) throws IOException {
        Objects.requireNonNull(target, "target");
        if (failing) {
            throw new IOException("disk on fire");
        }
    }
}
