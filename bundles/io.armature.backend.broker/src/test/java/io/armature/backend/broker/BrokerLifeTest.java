package io.armature.backend.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.platform.api.testing.PlainFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerLifeTest {

    @TempDir Path folder;
    private final PlainFiles files = new PlainFiles();

    private BrokerLife life() throws IOException {
        AccountFile accounts = new AccountFile(folder, files, new SecureRandom()::nextBytes);
        return new BrokerLife(
                new BrokerSettings("127.0.0.1", 0, 1 << 20, 1024),
                folder,
                folder.resolve("broker.url"),
                files,
                accounts);
    }

    @Test
    void keepsItsPortOverRestarts() throws IOException {
        URI first;
        try (BrokerLife life = life()) {
            first = life.start(error -> {}).orElseThrow();
            assertThat(Files.readString(folder.resolve("broker.url"))).isEqualTo(first + "\n");
            assertThat(life.faults()).isEmpty();
        }
        assertThat(folder.resolve("broker.url")).doesNotExist();
        try (BrokerLife life = life()) {
            assertThat(life.start(error -> {})).contains(first);
            assertThat(life.start(error -> {})).as("started anew").contains(first);
        }
    }

    @Test
    void takenPortIsAFaultUntilItIsFree() throws IOException {
        try (BrokerLife life = life()) {
            int port;
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                port = taken.getLocalPort();
                Files.writeString(folder.resolve("port"), port + "\n");
                assertThat(life.start(error -> {})).isEmpty();
                assertThat(life.faults())
                        .singleElement()
                        .satisfies(fault -> assertThat(fault.reason()).contains("port " + port));
            }
            assertThat(life.start(error -> {}).map(URI::getPort)).isEqualTo(Optional.of(port));
            assertThat(life.faults()).isEmpty();
        }
    }

    @Test
    void badSettingsAreNamedWithTheirRange() {
        assertThatThrownBy(() -> new BrokerSettings("127.0.0.1", 70000, 1 << 20, 1024))
                .hasMessage("port must be 0 to 65535, was 70000");
        assertThatThrownBy(() -> new BrokerSettings("127.0.0.1", 0, 1, 1024))
                .hasMessageStartingWith("max_message_bytes must be 65536 to ");
        assertThatThrownBy(() -> new BrokerSettings(" ", 0, 1 << 20, 1024))
                .hasMessage("host must not be empty");
    }
}
