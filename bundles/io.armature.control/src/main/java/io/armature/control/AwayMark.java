package io.armature.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients that the socket is away but the device is not: pid and start time of this process,
 * so that the mark of a killed run deceives nobody.
 */
final class AwayMark {

    private static final Logger LOG = LoggerFactory.getLogger(AwayMark.class);
    private static final int START_TIME = 19; // field 22 of stat, counted behind the name

    private final Path file;

    AwayMark(Path file) {
        this.file = file;
    }

    void set() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
            String pid = stat.substring(0, stat.indexOf(' '));
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, pid + " " + fields[START_TIME] + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("clients cannot be told that the socket is away", e);
        }
    }

    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("mark cannot be removed file={}", file, e);
        }
    }
}
