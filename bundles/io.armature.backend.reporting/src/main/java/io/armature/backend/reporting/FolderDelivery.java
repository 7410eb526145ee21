package io.armature.backend.reporting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Writes files below a folder; each replaces an older one at once, and lasts. */
final class FolderDelivery implements Delivery {

    private static final String PRIVATE = "/systemd-private-";

    private final Path target;
    private final Path mounts;

    FolderDelivery(Path target) {
        this(target, Path.of("/proc/self/mountinfo"));
    }

    /**
     * @param mounts this process's mounts, in the form of the proc file system
     */
    FolderDelivery(Path target, Path mounts) {
        this.target = target;
        this.mounts = mounts;
    }

    @Override
    public void open() throws IOException {
        if (isPrivate()) {
            throw new IOException(target + ": this service has a private folder there");
        }
        Files.createDirectories(target.resolve("reporting"));
    }

    /**
     * True where the service manager has put a folder of this process's own in the place of one
     * that others know: they would never see the files.
     */
    private boolean isPrivate() throws IOException {
        Path nearest = Path.of("/");
        boolean hidden = false;
        for (String line : lines()) {
            String[] fields = line.split(" ", 6);
            if (fields.length > 5) {
                Path point = Path.of(fields[4]);
                if (target.startsWith(point) && point.startsWith(nearest)) {
                    nearest = point;
                    hidden = fields[3].contains(PRIVATE);
                }
            }
        }
        return hidden;
    }

    private List<String> lines() throws IOException {
        return Files.exists(mounts) ? Files.readAllLines(mounts) : List.of();
    }

    /** The file never has a wider mode than it ends with. */
    @Override
    public void file(String name, byte[] content, Readers readers) throws IOException {
        Path file = target.resolve(name);
        String mode = readers == Readers.ALL ? "rw-r--r--" : "rw-------";
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(mode)))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public void close() {
        // each file lasts already
    }
}
