package io.armature.backend.reporting.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.testing.PlainFiles;
import io.armature.reporting.proto.ConfigFile;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EventConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing, keeping and counting up. */
class ConfigurationsTest {

    private static final EventConfig HEARTBEATS =
            EventConfig.newBuilder().setDestination(Destination.HEARTBEAT_EVENTS).build();
    private static final EventConfig SOME_CRD =
            EventConfig.newBuilder()
                    .setDestination(Destination.CRD_EVENTS)
                    .setMinimumReleaseVersion(Releases.number("0.1.0"))
                    .setMaximumReleaseVersion(Releases.number("0.2.5"))
                    .build();

    @TempDir Path folder;
    private final PlainFiles files = new PlainFiles();
    private Configurations configurations;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(
                folder.resolve("keys"),
                String.join(
                        "\n",
                        "armature-backend-keys 1",
                        "id 7",
                        "x25519 " + "11".repeat(32),
                        "ed25519 " + "33".repeat(32),
                        ""));
        configurations = opened();
    }

    private Configurations opened() throws IOException {
        return new Configurations(
                folder.resolve("configuration"),
                files,
                BackendKeys.open(folder.resolve("keys"), files, new SecureRandom()::nextBytes));
    }

    /** As in docs/formats; the device's test has the same. */
    @Test
    void signatureIsThatOfTheVector() throws Exception {
        ConfigFile made = configurations.replace(List.of(HEARTBEATS, SOME_CRD), OptionalInt.of(7));
        assertThat(HexFormat.of().formatHex(made.toByteArray()))
                .isEqualTo(
                        "0a02080d0a08081210e80718d50f1240dfb2d345d1bc7243340333d54f8a65546efd0a6035c2"
                                + "6db3ff5e6abae4d12be2d93321580985e6427d78d043f4ce92bd92a65614ea01404e"
                                + "382404cd52b91b0f1807");
    }

    @Test
    void versionsCountUpOverRestarts() throws Exception {
        assertThat(configurations.current()).isEmpty();
        assertThat(configurations.replace(List.of(), OptionalInt.empty()).getVersion())
                .isEqualTo(1);
        configurations = opened();
        ConfigFile second = configurations.replace(List.of(HEARTBEATS), OptionalInt.empty());
        assertThat(second.getVersion()).isEqualTo(2);
        assertThat(opened().current()).contains(second);
        assertThat(configurations.replace(List.of(), OptionalInt.of(40)).getVersion())
                .isEqualTo(40);
    }

    @Test
    void versionsThatDevicesRefuseAreNotMade() throws Exception {
        ConfigFile first =
                configurations.replace(List.of(HEARTBEATS), OptionalInt.of(Integer.MAX_VALUE - 1));
        for (int version : new int[] {-1, 0, 1, Integer.MAX_VALUE - 1}) {
            assertThatThrownBy(() -> configurations.replace(List.of(), OptionalInt.of(version)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(
                        () ->
                                configurations.replace(
                                        Collections.nCopies(257, HEARTBEATS), OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(configurations.current()).contains(first);
        configurations.replace(List.of(), OptionalInt.empty());
        assertThatThrownBy(() -> configurations.replace(List.of(), OptionalInt.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void serversThatShareTheFileMakeNoVersionTwice() throws Exception {
        Configurations other = opened();
        List<ConfigFile> ofOther = new ArrayList<>();
        DurableFiles slow =
                new DurableFiles() {
                    @Override
                    public void replace(Path target, byte[] content) throws IOException {
                        try {
                            ofOther.add(other.replace(List.of(), OptionalInt.empty()));
                        } catch (IOException e) {
                            assertThat(e).hasMessageContaining("being changed");
                        }
                        files.replace(target, content);
                    }

                    @Override
                    public void delete(Path target) throws IOException {
                        files.delete(target);
                    }
                };
        ConfigFile made =
                new Configurations(
                                folder.resolve("configuration"),
                                slow,
                                BackendKeys.open(
                                        folder.resolve("keys"),
                                        files,
                                        new SecureRandom()::nextBytes))
                        .replace(List.of(HEARTBEATS), OptionalInt.empty());
        assertThat(ofOther).noneMatch(one -> one.getVersion() == made.getVersion());
        assertThat(other.replace(List.of(), OptionalInt.empty()).getVersion())
                .isEqualTo(made.getVersion() + 1);
    }

    @Test
    void serversThatShareTheFileSeeWhatAnotherOneHasMade() throws Exception {
        Configurations other = opened();
        for (int i = 0; i < 3; i++) {
            ConfigFile made = other.replace(List.of(HEARTBEATS), OptionalInt.empty());
            assertThat(configurations.current()).contains(made);
        }
    }

    @Test
    void whatCannotBeKeptIsNotGiven() throws Exception {
        ConfigFile first = configurations.replace(List.of(HEARTBEATS), OptionalInt.empty());
        files.failing(true);
        assertThatThrownBy(() -> configurations.replace(List.of(), OptionalInt.empty()))
                .isInstanceOf(IOException.class);
        assertThat(configurations.current()).contains(first);
    }

    @Test
    void damagedFileIsAnErrorAndNotReplaced() throws Exception {
        configurations.replace(List.of(HEARTBEATS), OptionalInt.empty());
        Path file = folder.resolve("configuration");
        byte[] flipped = Files.readAllBytes(file);
        flipped[3] ^= 1;
        for (byte[] bad : List.of(new byte[0], new byte[] {1, 2}, flipped)) {
            Files.write(file, bad);
            configurations = opened();
            assertThatThrownBy(() -> configurations.current()).hasMessageContaining("damaged");
            assertThatThrownBy(() -> configurations.replace(List.of(), OptionalInt.of(9)))
                    .isInstanceOf(IOException.class);
            assertThat(Files.readAllBytes(file)).isEqualTo(bad);
        }
    }

    @Test
    void releasesAreNumbersAndBack() {
        for (String text : new String[] {"0.0.0", "0.1.0", "1.2.3", "2146.999.999"}) {
            assertThat(Releases.text(Releases.number(text))).isEqualTo(text);
        }
        assertThat(Releases.number("0.2.5")).isEqualTo(2005);
        for (String text :
                new String[] {
                    "", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.-3", "1.1000.0", "2147.0.0"
                }) {
            assertThatThrownBy(() -> Releases.number(text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
