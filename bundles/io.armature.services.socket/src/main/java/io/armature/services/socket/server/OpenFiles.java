package io.armature.services.socket.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors this process has and may have. */
final class OpenFiles {

    private final Path open;
    private final boolean told;
    private final long limit;

    /**
     * Walks over what is open to count it.
     *
     * @param self {@code /proc/self}
     */
    OpenFiles(Path self) throws IOException {
        this(self, false);
    }

    private OpenFiles(Path self, boolean told) throws IOException {
        this.open = self.resolve("fd");
        this.told = told;
        this.limit = limit(self.resolve("limits"));
    }

    /** Asks the kernel where it tells: from 6.2 on it is the size of {@code /proc/self/fd}. */
    static OpenFiles ofThisProcess() throws IOException {
        Path self = Path.of("/proc/self");
        return new OpenFiles(self, Files.size(self.resolve("fd")) > 0);
    }

    /** May have; the soft limit. */
    long limit() {
        return limit;
    }

    /** Whether counting costs one look, not a walk over all of them: 1 µs a descriptor. */
    boolean areTold() {
        return told;
    }

    /** Has now. */
    int count() throws IOException {
        return told ? (int) Files.size(open) : walk();
    }

    private int walk() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(open)) {
            for (Path ignored : all) {
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
