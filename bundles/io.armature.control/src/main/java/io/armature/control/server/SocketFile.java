package io.armature.control.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket's name in the file system. It appears with its final mode and group, because it is
 * bound where only the owner can reach it and then renamed; it replaces one that a killed run left.
 */
public final class SocketFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

    private final Path path;
    private final Object fileKey;
    private final ServerSocketChannel channel;
    private final String owner;

    private SocketFile(Path path, ServerSocketChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.fileKey = Files.readAttributes(path, "unix:ino").get("ino");
        this.owner = Files.getOwner(path).getName();
    }

    /**
     * Binds and publishes the socket. What it was bound in is left for {@link #tidy}.
     *
     * @param path short enough for a socket's address, 107 bytes with what is added to bind it
     * @param group who may connect besides the owner; empty for nobody
     */
    public static SocketFile bind(Path path, String group) throws IOException {
        Path hidden = hidden(path);
        remove(hidden);
        Files.createDirectory(
                hidden,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Path bound = hidden.resolve("s");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(bound), 256);
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-rw----"));
            give(bound, group);
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            return new SocketFile(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Removes what the socket was bound in, or leaves it to the next one. Apart from binding, for
     * it can take a busy disk 6 ms or more, which a boot need not wait for.
     */
    void tidy() {
        try {
            remove(hidden(path));
        } catch (IOException e) {
            LOG.warn("folder cannot be removed beside path={}", path, e);
        }
    }

    private static Path hidden(Path path) {
        return path.resolveSibling(".control");
    }

    private static void give(Path bound, String group) throws IOException {
        if (group.isEmpty()) {
            return;
        }
        try {
            GroupPrincipal principal =
                    bound.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(group);
            Files.getFileAttributeView(bound, PosixFileAttributeView.class).setGroup(principal);
        } catch (UserPrincipalNotFoundException e) {
            LOG.debug("control socket stays with its owner, no such group={}", group);
        } catch (IOException e) {
            LOG.warn("control socket cannot be given to group={} reason={}", group, e.toString());
        }
    }

    /** The listening channel. */
    ServerSocketChannel channel() {
        return channel;
    }

    /** Name of the user whose process this is. */
    public String owner() {
        return owner;
    }

    /** Removes the name, if it is still this socket's, and closes the channel. */
    @Override
    public void close() {
        try {
            if (Files.exists(path)
                    && Objects.equals(fileKey, Files.readAttributes(path, "unix:ino").get("ino"))) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.warn("control socket cannot be removed path={}", path, e);
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("close failed", e);
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
}
