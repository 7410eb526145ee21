package io.armature.services.socket.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors this process has and may have. */
final class OpenFiles {

    private final Path self;
    private final long limit;

    /**
     * @param self {@code /proc/self}
     */
    OpenFiles(Path self) throws IOException {
        this.self = self;
        this.limit = limit(self.resolve("limits"));
    }

    /** May have; the soft limit. */
    long limit() {
        return limit;
    }

    /** Has now: costs a walk over all of them. */
    int count() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(self.resolve("fd"))) {
            for (Path ignored : open) {
                count++;
            }
        }
        return count;
    }

    private static long limit(Path limits) throws IOException {
        for (String line : Files.readAllLines(limits)) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).trim().split("\\s+")[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        throw new IOException(limits + " names no limit of open files");
    }
}
