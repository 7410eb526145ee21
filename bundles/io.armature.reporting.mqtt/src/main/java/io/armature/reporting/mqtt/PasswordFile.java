package io.armature.reporting.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A password in a file, one line. */
record PasswordFile(Path root, String name) implements Link.PasswordSource {

    private static final int MAX_BYTES = 4096;

    @Override
    public Optional<char[]> read() throws IOException {
        Path path = file();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException("longer than " + MAX_BYTES + " bytes");
            }
            return Optional.of(
                    Files.readString(path, StandardCharsets.UTF_8).strip().toCharArray());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public Path file() {
        return root.resolve(name);
    }
}
