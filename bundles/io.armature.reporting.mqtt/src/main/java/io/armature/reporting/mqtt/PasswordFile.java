package io.armature.reporting.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A password in a file, one line. */
record PasswordFile(Path root, String name) implements Link.PasswordSource {

    private static final int MAX_BYTES = 4096;

    @Override
    public char[] read() throws IOException {
        Path path = file();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException("longer than " + MAX_BYTES + " bytes");
            }
            return Files.readString(path, StandardCharsets.UTF_8).strip().toCharArray();
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
    }

    @Override
    public Path file() {
        return root.resolve(name);
    }
}
