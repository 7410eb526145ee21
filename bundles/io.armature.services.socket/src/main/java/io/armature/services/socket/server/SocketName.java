package io.armature.services.socket.server;

import io.armature.services.wire.Descriptor;
import io.armature.services.wire.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket's name in the file system. It appears with its final mode, because it is bound where
 * nobody else can reach it and then renamed; it replaces one that a killed run left, never one on
 * which somebody answers. The control socket does so by itself: it is the JDK's, has a group, and
 * an API between the two would be one more class of each boot.
 */
final class SocketName implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SocketName.class);
    private static final int SHORT_BYTES = 90; // leaves room for the name of the hidden folder

    private final Path path;
    private final Object inode;
    private final Descriptor listening;

    private SocketName(Path path, Descriptor listening) throws IOException {
        this.path = path;
        this.listening = listening;
        this.inode = Files.getAttribute(path, "unix:ino");
    }

    /**
     * Makes the folder (0755) if need be, binds, listens and publishes the name (0666).
     *
     * @param path of any length
     * @throws IOException also if a live process answers there; the message names it
     */
    static SocketName bind(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ShortFolder at = ShortFolder.of(folder)) {
            refuseIfAnswered(at.path().resolve(path.getFileName()), path);
            return bind(at.path(), folder.resolve(path.getFileName()));
        }
    }

    private static void refuseIfAnswered(Path socket, Path named) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        try (Descriptor answered = Descriptor.connected(socket)) {
            throw new IOException(
                    "process " + answered.credentials().pid() + " answers on " + named);
        } catch (SystemCallException e) {
            if (e.error() != SystemCallException.REFUSED
                    && e.error() != SystemCallException.NO_ENTRY) {
                throw new IOException("somebody answers on " + named + ": " + e.getMessage(), e);
            }
        }
    }

    private static SocketName bind(Path folder, Path name) throws IOException {
        Path hidden = folder.resolve(".manager");
        remove(hidden);
        Files.createDirectory(
                hidden,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path bound = hidden.resolve("s");
        Descriptor listening = Descriptor.listening(bound);
        try {
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-rw-rw-"));
            Files.move(bound, folder.resolve(name.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            remove(hidden);
            return new SocketName(name, listening);
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
    }

    private static void remove(Path hidden) throws IOException {
        if (!Files.isDirectory(hidden)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(hidden)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        Files.delete(hidden);
    }

    /** The listening socket. */
    Descriptor listening() {
        return listening;
    }

    /** Stops listening and removes the name, if it is still this socket's. */
    @Override
    public void close() {
        try {
            if (Files.exists(path) && Objects.equals(inode, Files.getAttribute(path, "unix:ino"))) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("service manager socket cannot be removed path={}", path, e);
        }
        listening.close();
    }

    /**
     * A folder under a path that a socket's address has room for: its own, relative to the working
     * directory, or through a symbolic link for as long as this is open.
     */
    private record ShortFolder(Path path, Path link) implements AutoCloseable {

        static ShortFolder of(Path folder) throws IOException {
            Path here = Path.of("").toAbsolutePath();
            Path near = folder.startsWith(here) ? here.relativize(folder) : folder;
            if (bytes(near) <= SHORT_BYTES) {
                return new ShortFolder(near, null);
            }
            Path made = Files.createTempDirectory("armature");
            return new ShortFolder(
                    Files.createSymbolicLink(made.resolve("d"), folder), made.resolve("d"));
        }

        private static int bytes(Path path) {
            return path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        }

        @Override
        public void close() throws IOException {
            if (link != null) {
                Files.delete(link);
                Files.delete(link.getParent());
            }
        }
    }
}
