package io.armature.services.socket.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of users by number, from a file like {@code /etc/passwd}; read again when it changes. */
final class UserNames {

    private static final Logger LOG = LoggerFactory.getLogger(UserNames.class);
    private static final long SIZE_LIMIT_BYTES = 4 << 20;

    private final Path file;

    // Guarded by this.
    private FileTime time = FileTime.fromMillis(-1);
    private Map<Long, String> names = Map.of();

    UserNames(Path file) {
        this.file = file;
    }

    /** Absent if the user has no name, or the file cannot be read. */
    synchronized Optional<String> of(long uid) {
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(time)) {
                names = read();
                time = now;
            }
        } catch (IOException e) {
            LOG.debug("user names cannot be read", e);
            names = Map.of();
        }
        return Optional.ofNullable(names.get(uid));
    }

    private Map<Long, String> read() throws IOException {
        if (Files.size(file) > SIZE_LIMIT_BYTES) {
            throw new IOException(file + " has more than " + SIZE_LIMIT_BYTES + " bytes");
        }
        Map<Long, String> read = new HashMap<>();
        for (String line :
                List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\n"))) {
            String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[2].matches("[0-9]{1,10}")) {
                read.putIfAbsent(Long.parseLong(fields[2]), fields[0]);
            }
        }
        return read;
    }
}
