package io.armature.launcher;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotVerifierTest {

    @TempDir Path directory;

    private Path slot;
    private SlotLock lock;

    @BeforeEach
    void makeSlot() throws Exception {
        slot = directory.resolve("A");
        Files.createDirectories(slot.resolve("lib/cli"));
        Files.createDirectories(slot.resolve("bundles"));
        Files.writeString(slot.resolve("profile"), "name=test\n");
        Files.writeString(slot.resolve("lib/a.jar"), "a");
        Files.writeString(slot.resolve("lib/cli/b.jar"), "b");
        Files.write(slot.resolve("bundles/c.jar"), new byte[200_000]);
        String text =
                "armature-lock 1\nversion 1\nprofile test\napplication none\n"
                        + file("profile")
                        + file("lib/a.jar")
                        + file("lib/cli/b.jar")
                        + file("bundles/c.jar")
                                .replace("file", "bundle 1")
                                .replace(" bundles/", " c 1.0.0 bundles/");
        Files.writeString(slot.resolve("lock"), text);
        lock = SlotLock.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void acceptsWhatTheLockSays() throws LaunchException {
        new SlotVerifier(slot, GivenDigests.none()).verify(lock);
    }

    @Test
    void refusesAChangedFileWhateverOldDigestIsGiven() throws Exception {
        String given = "0".repeat(64) + "  A/bundles/c.jar\n";
        Files.write(slot.resolve("bundles/c.jar"), new byte[200_001]);

        SlotVerifier verifier =
                new SlotVerifier(
                        slot,
                        GivenDigests.read(
                                new ByteArrayInputStream(given.getBytes(StandardCharsets.UTF_8)),
                                "A/"));
        assertThatThrownBy(() -> verifier.verify(lock))
                .hasMessageContaining("changed file bundles/c.jar");
    }

    @Test
    void refusesOneChangedBit() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(slot.resolve("bundles/c.jar").toFile(), "rw")) {
            file.seek(199_999);
            file.write(1);
        }

        assertRefused("changed file bundles/c.jar");
    }

    @Test
    void refusesAnExtraByte() throws IOException {
        Files.writeString(slot.resolve("lib/a.jar"), "a\n");

        assertRefused("changed file lib/a.jar");
    }

    @Test
    void refusesAMissingFile() throws IOException {
        Files.delete(slot.resolve("lib/cli/b.jar"));

        assertRefused("missing file lib/cli/b.jar");
    }

    @Test
    void refusesAMissingDirectory() throws IOException {
        Files.delete(slot.resolve("bundles/c.jar"));
        Files.delete(slot.resolve("bundles"));

        assertRefused("missing file bundles/c.jar");
    }

    @Test
    void refusesAnExtraFile() throws IOException {
        Files.writeString(slot.resolve("bundles/d.jar"), "");

        assertRefused("extra file bundles/d.jar");
    }

    @Test
    void refusesAnExtraDirectoryEvenIfEmpty() throws IOException {
        Files.createDirectory(slot.resolve("lib/cli/more"));

        assertRefused("extra file lib/cli/more");
    }

    @Test
    void refusesALinkToTheRightBytes() throws IOException {
        Path outside = directory.resolve("outside.jar");
        Files.move(slot.resolve("lib/a.jar"), outside);
        Files.createSymbolicLink(slot.resolve("lib/a.jar"), outside);

        assertRefused("not a regular file: lib/a.jar");
    }

    @Test
    void refusesALinkedDirectory() throws IOException {
        Path outside = directory.resolve("outside");
        Files.move(slot.resolve("bundles"), outside);
        Files.createSymbolicLink(slot.resolve("bundles"), outside);

        assertRefused("extra file bundles");
    }

    @Test
    void refusesADirectoryInPlaceOfAFile() throws IOException {
        Files.delete(slot.resolve("profile"));
        Files.createDirectory(slot.resolve("profile"));

        assertRefused("not a regular file: profile");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> new SlotVerifier(slot, GivenDigests.none()).verify(lock))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(reason);
    }

    private String file(String path) throws Exception {
        byte[] content = Files.readAllBytes(slot.resolve(path));
        return "file "
                + new SlotVerifier(slot, GivenDigests.none()).digestOf(content)
                + " "
                + path
                + "\n";
    }
}
