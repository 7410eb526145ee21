package io.armature.control.bundles;

import io.armature.control.api.CommandFailure;
import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Jars that callers send, because the device cannot read where they lie. */
final class GivenJars {

    private static final long MOST_BYTES = 64L << 20;
    private static final int PIECE = 64 * 1024;

    /** A jar that replaces this bundle outlives the call; longer than that no update takes. */
    private static final Duration STALE = Duration.ofMinutes(10);

    private final Path folder;

    /**
     * @param folder this bundle's own
     */
    GivenJars(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes a stream, to its end, to a file.
     *
     * @throws CommandFailure if that cannot be done; nothing is left behind
     */
    Path keep(InputStream in) {
        Path file = null;
        try {
            Files.createDirectories(folder);
            dropStale();
            file = Files.createTempFile(folder, "given", ".jar");
            copy(in, file);
            return file;
        } catch (IOException e) {
            drop(file);
            throw CommandFailure.failed(
                    "the jar was not taken: " + FailureText.of(e) + "; nothing was changed");
        }
    }

    private static void copy(InputStream in, Path file) throws IOException {
        byte[] piece = new byte[PIECE];
        long total = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                total += read;
                if (total > MOST_BYTES) {
                    throw new IOException("it has more than " + MOST_BYTES + " bytes");
                }
                out.write(piece, 0, read);
            }
        }
    }

    private void dropStale() throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.filter(file -> file.getFileName().toString().startsWith("given")).toList();
        }
        Instant oldest = Instant.now().minus(STALE);
        for (Path file : left) {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                drop(file);
            }
        }
    }

    /** Removes a file; one that cannot be removed goes with a later call. */
    void drop(Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                return; // stale some time
            }
        }
    }
}
