package io.armature.reporting.dbus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Numbers of users by their names, read anew when the file has changed. Of one thread. */
final class Users {

    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private record Version(FileTime time, long size, Object key) {}

    private final Path file;
    private Map<String, Long> byName = Map.of();
    private Version version;

    /**
     * @param file in the form of {@code /etc/passwd}
     */
    Users(Path file) {
        this.file = file;
    }

    /** Whether one of the names, or of the numbers among them, is that user's. */
    boolean isOneOf(long uid, Set<String> names) {
        if (names.contains(Long.toString(uid))) {
            return true;
        }
        refresh();
        return names.stream().anyMatch(name -> byName.getOrDefault(name, -1L) == uid);
    }

    /** A file that cannot be read holds nobody. */
    private void refresh() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            Version found = new Version(now.lastModifiedTime(), now.size(), now.fileKey());
            if (!found.equals(version)) {
                byName = read();
                version = found;
            }
        } catch (IOException e) {
            LOG.warn("users unknown file={} reason=\"{}\"", file, e.toString());
            byName = Map.of();
            version = null;
        }
    }

    private Map<String, Long> read() throws IOException {
        Map<String, Long> users = new HashMap<>();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            String[] parts = line.split(":", -1);
            if (parts.length > 2 && parts[2].matches("[0-9]{1,10}")) {
                users.putIfAbsent(parts[0], Long.parseLong(parts[2]));
            }
        }
        return users;
    }
}
