package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketNameTest {

    @TempDir private Path folder;

    private Path socket() {
        return folder.resolve("run/mojo/service_manager.sock");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void everybodyMayConnect() throws IOException {
        try (SocketName name = SocketName.bind(socket())) {
            assertThat(mode(socket())).isEqualTo("rw-rw-rw-");
            assertThat(mode(socket().getParent())).isEqualTo("rwxr-xr-x");
            Descriptor.connected(socket()).close();
            assertThat(name.listening().isOpen()).isTrue();
        }
        assertThat(socket()).doesNotExist();
        assertThat(socket().getParent()).isEmptyDirectory();
    }

    @Test
    void staleSocketAndLeftoversAreReplaced() throws IOException {
        Files.createDirectories(socket().getParent().resolve(".manager"));
        Descriptor.listening(socket().getParent().resolve(".manager/s")).close();
        Descriptor.listening(socket()).close();
        try (SocketName name = SocketName.bind(socket())) {
            Descriptor.connected(socket()).close();
            assertThat(name.listening().accept()).isPresent();
        }
    }

    @Test
    void plainFileIsReplaced() throws IOException {
        Files.createDirectories(socket().getParent());
        Files.writeString(socket(), "no socket");
        try (SocketName name = SocketName.bind(socket())) {
            Descriptor.connected(socket()).close();
            assertThat(name.listening().isOpen()).isTrue();
        }
    }

    @Test
    void whoAnswersIsNotReplacedButNamed() throws IOException {
        try (SocketName name = SocketName.bind(socket())) {
            assertThatThrownBy(() -> SocketName.bind(socket()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " answers")
                    .hasMessageContaining(socket().toString());
            Descriptor.connected(socket()).close();
            assertThat(name.listening().isOpen()).isTrue();
        }
    }

    @Test
    void anothersNameIsLeft() throws IOException {
        SocketName old = SocketName.bind(socket());
        Files.delete(socket());
        try (SocketName next = SocketName.bind(socket())) {
            old.close();
            Descriptor.connected(socket()).close();
            assertThat(next.listening().isOpen()).isTrue();
        }
    }

    @Test
    void pathMayBeLong() throws IOException {
        Path deep = folder;
        for (int i = 0; i < 10; i++) {
            deep = deep.resolve("a-folder-with-a-name-of-forty-characters");
        }
        Path socket = deep.resolve("run/mojo/service_manager.sock");
        try (SocketName name = SocketName.bind(socket)) {
            assertThat(mode(socket)).isEqualTo("rw-rw-rw-");
            Path link = Files.createSymbolicLink(folder.resolve("l"), socket.getParent());
            Descriptor.connected(link.resolve("service_manager.sock")).close();
            assertThat(name.listening().accept()).isPresent();
        }
        assertThat(socket).doesNotExist();
    }

    /** A sandbox sees the folder, not the file: the next socket is there as well. */
    @Test
    void folderThatIsBoundElsewhereSeesTheNextSocket() throws IOException {
        Path seen = folder.resolve("seen");
        SocketName.bind(socket()).close();
        Files.createSymbolicLink(seen, socket().getParent());
        try (SocketName next = SocketName.bind(socket())) {
            Descriptor.connected(seen.resolve("service_manager.sock")).close();
            assertThat(next.listening().accept()).isPresent();
        }
    }
}
