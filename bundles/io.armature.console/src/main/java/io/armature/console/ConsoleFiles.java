package io.armature.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the console tells its address and its token. */
record ConsoleFiles(Path url, Path token) {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleFiles.class);

    static ConsoleFiles in(Path run) {
        return new ConsoleFiles(run.resolve("console.url"), run.resolve("console.token"));
    }

    void write(String address, String secret) throws IOException {
        replace(token, secret, "rw-------");
        replace(url, address, "rw-r--r--");
    }

    private static void replace(Path file, String line, String mode) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(
                fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.writeString(fresh, line + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    void remove() {
        for (Path file : new Path[] {url, token}) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("file cannot be removed file={}", file, e);
            }
        }
    }
}
