package io.armature.services.socket.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.services.api.Identity;
import io.armature.services.wire.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesTest {

    @TempDir private Path folder;
    private Path passwd;
    private Identities identities;

    @BeforeEach
    void start() throws IOException {
        passwd = folder.resolve("passwd");
        Files.writeString(
                passwd,
                "root:x:0:0::/:/bin/sh\nbad line\nfan:x:42:7::/:\nlate:x:42:8::/:\nx:y:z:\n");
        identities = new Identities(passwd);
    }

    private record Peer(Credentials credentials, Optional<String> label)
            implements Identities.Kernel {}

    private static Peer peer(long uid, String label) {
        return new Peer(
                new Credentials(9, uid, 7), Optional.of(label).filter(text -> !text.isEmpty()));
    }

    @Test
    void kernelAndUserFileTellWhoItIs() throws IOException {
        Identity fan = identities.of(peer(42, "u:r:fan:s0"), true);
        assertThat(fan)
                .isEqualTo(
                        new Identity(
                                Optional.empty(),
                                Optional.of("u:r:fan:s0"),
                                42,
                                7,
                                9,
                                Optional.of("fan")));
    }

    @Test
    void missingUserNameLeavesTheIdentityValid() throws IOException {
        assertThat(identities.of(peer(0xFFFF_FFFEL, ""), false).user()).isEmpty();
        Files.delete(passwd);
        assertThat(identities.of(peer(42, ""), false).user()).isEmpty();
    }

    @Test
    void changedUserFileIsRead() throws IOException {
        assertThat(identities.of(peer(43, ""), false).user()).isEmpty();
        Files.writeString(passwd, "new:x:43:7::/:\n");
        Files.setLastModifiedTime(passwd, FileTime.fromMillis(1));
        assertThat(identities.of(peer(43, ""), false).user()).contains("new");
    }

    @Test
    void missingLabelIsAbsentOrRefused() throws IOException {
        assertThat(identities.of(peer(42, ""), false).label()).isEmpty();
        assertThatThrownBy(() -> identities.of(peer(42, ""), true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no security label");
    }

    @Test
    void labelOfAGuestIsRefused() {
        assertThatThrownBy(() -> identities.of(peer(42, "vm:games"), false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("vm:");
    }

    @Test
    void missingCredentialsAreRefused() {
        Identities.Kernel broken =
                new Identities.Kernel() {
                    @Override
                    public Credentials credentials() throws IOException {
                        throw new IOException("SO_PEERCRED: error 22");
                    }

                    @Override
                    public Optional<String> label() {
                        return Optional.empty();
                    }
                };
        assertThatThrownBy(() -> identities.of(broken, false)).hasMessageContaining("PEERCRED");
    }
}
