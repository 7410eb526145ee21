package io.armature.backend.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.PlainFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountFileTest {

    @TempDir Path folder;
    private final PlainFiles files = new PlainFiles();

    private AccountFile open() throws IOException {
        return new AccountFile(folder.resolve("broker"), files, new SecureRandom()::nextBytes);
    }

    @Test
    void enrolledDeviceOpensWithItsPasswordOnlyAlsoAfterRestart() throws IOException {
        AccountFile first = open();
        String password = first.enroll("d1");
        for (AccountFile accounts : new AccountFile[] {first, open()}) {
            assertThat(accounts.opensDevice("d1", password.getBytes(UTF_8))).isTrue();
            assertThat(accounts.opensDevice("d1", (password + "x").getBytes(UTF_8))).isFalse();
            assertThat(accounts.opensDevice("d1", new byte[0])).isFalse();
            assertThat(accounts.opensDevice("d2", password.getBytes(UTF_8))).isFalse();
        }
    }

    @Test
    void enrollingAgainReplacesThePassword() throws IOException {
        AccountFile accounts = open();
        String first = accounts.enroll("d1");
        String second = accounts.enroll("d1");
        assertThat(accounts.opensDevice("d1", first.getBytes(UTF_8))).isFalse();
        assertThat(accounts.opensDevice("d1", second.getBytes(UTF_8))).isTrue();
        assertThat(Files.readAllLines(folder.resolve("broker/devices"))).hasSize(1);
    }

    @Test
    void filesAreForTheOwnerAndHoldNoDevicePassword() throws IOException {
        AccountFile accounts = open();
        String password = accounts.enroll("d1");
        Path devices = folder.resolve("broker/devices");
        Path server = folder.resolve("broker/server-password");
        assertThat(Files.readString(devices)).doesNotContain(password);
        assertThat(Files.readString(server)).isEqualTo(accounts.serverPassword() + "\n");
        for (Path file : new Path[] {devices, server}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(open().serverPassword()).isEqualTo(accounts.serverPassword());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "server", "a/b", "a+", "#", "a b", "ü", "d1\n"})
    void refusesNamesThatAreNoDeviceIds(String id) throws IOException {
        AccountFile accounts = open();
        assertThatThrownBy(() -> accounts.enroll(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unreadableLinesAreKeptAndCounted() throws IOException {
        open().enroll("d1");
        Path devices = folder.resolve("broker/devices");
        Files.writeString(
                devices, Files.readString(devices) + "d2 pbkdf2-sha256 0 00 00\nrubbish\n");
        AccountFile accounts = open();
        assertThat(accounts.unreadableLines()).isEqualTo(2);
        accounts.enroll("d3");
        assertThat(Files.readAllLines(devices))
                .contains("d2 pbkdf2-sha256 0 00 00", "rubbish")
                .hasSize(4);
    }

    @Test
    void failedStoreChangesNothing() throws IOException {
        AccountFile accounts = open();
        String password = accounts.enroll("d1");
        files.failing(true);
        assertThatThrownBy(() -> accounts.enroll("d1")).isInstanceOf(IOException.class);
        assertThat(accounts.opensDevice("d1", password.getBytes(UTF_8))).isTrue();
    }

    @Test
    void hashSurvivesItsTextForm() {
        PasswordHash hash = PasswordHash.of("secret", new byte[16]);
        assertThat(PasswordHash.parse(hash.format())).isEqualTo(hash);
        assertThat(PasswordHash.parse(hash.format()).matches("secret".toCharArray())).isTrue();
        assertThatThrownBy(() -> PasswordHash.parse("md5 1 00 00"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
