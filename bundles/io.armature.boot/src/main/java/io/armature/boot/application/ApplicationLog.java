package io.armature.boot.application;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the file short that the application's process appends its output to. The process holds it
 * open, also while this bundle is updated, so what it holds is copied and the file is cut: output
 * of the moment between is lost.
 */
final class ApplicationLog {

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationLog.class);

    private final Path file;
    private final long limitBytes;
    private final int kept;

    /**
     * @param limitBytes size at which its content is put aside; of a longer one the end
     * @param kept files put aside, {@code .1} is the newest
     */
    ApplicationLog(Path file, long limitBytes, int kept) {
        this.file = file;
        this.limitBytes = limitBytes;
        this.kept = kept;
    }

    /** Of what the page on installing says: as much as the appliance's own log. */
    ApplicationLog(Path file) {
        this(file, 4L << 20, 3);
    }

    /** Puts the content aside if there is too much of it. */
    void trim() {
        try {
            if (Files.exists(file) && Files.size(file) > limitBytes) {
                putAside();
            }
        } catch (IOException e) {
            LOG.warn("application's log cannot be cut file={} error={}", file, e.toString());
        }
    }

    private void putAside() throws IOException {
        try (FileChannel log =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try {
                for (int i = kept; i > 1; i--) {
                    Path newer = old(i - 1);
                    if (Files.exists(newer)) {
                        Files.move(newer, old(i), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
                copyEnd(log);
            } finally {
                log.truncate(0); // a full disk must not keep it long
            }
        }
    }

    private void copyEnd(FileChannel log) throws IOException {
        try (FileChannel aside =
                FileChannel.open(
                        old(1),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            long end = log.size();
            long from = Math.max(0, end - limitBytes);
            while (from < end) {
                long copied = log.transferTo(from, end - from, aside);
                if (copied <= 0) {
                    return;
                }
                from += copied;
            }
        }
    }

    private Path old(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
