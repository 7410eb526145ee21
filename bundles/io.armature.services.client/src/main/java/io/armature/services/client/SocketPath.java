package io.armature.services.client;

import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Connects also where the path is longer than a socket address: through a short link to its folder.
 */
final class SocketPath {

    private static final int LIMIT = 107;

    private SocketPath() {}

    static Descriptor connect(Path socket) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LIMIT) {
            return Descriptor.connected(socket);
        }
        Path folder = Files.createTempDirectory("armature");
        Path link = folder.resolve("s");
        try {
            Files.createSymbolicLink(link, socket.toAbsolutePath().getParent());
            return Descriptor.connected(link.resolve(socket.getFileName()));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(folder);
        }
    }
}
