package io.armature.backend.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.backend.reporting.Delivery.Readers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {

    @TempDir private Path root;

    @Test
    void tarUnpacksWhatWasDelivered() throws Exception {
        byte[] exact = new byte[1024];
        Arrays.fill(exact, (byte) 0xFF);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        TarDelivery delivery = new TarDelivery(new PrintStream(archive, true, "UTF-8"));
        delivery.open();
        delivery.file("reporting/secret", "a".getBytes(StandardCharsets.US_ASCII), Readers.OWNER);
        delivery.file("reporting/exact", exact, Readers.ALL);
        delivery.file("empty.json", new byte[0], Readers.ALL);
        delivery.close();
        assertThat(archive.size() % 512).isZero();

        Process tar =
                new ProcessBuilder("tar", "-xpf", "-", "-C", root.toString())
                        .redirectErrorStream(true)
                        .start();
        try (var to = tar.getOutputStream()) {
            archive.writeTo(to);
        }
        String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tar.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
        assertThat(Files.readString(root.resolve("reporting/secret"))).isEqualTo("a");
        assertThat(mode("reporting/secret")).isEqualTo("rw-------");
        assertThat(Files.readAllBytes(root.resolve("reporting/exact"))).isEqualTo(exact);
        assertThat(mode("reporting/exact")).isEqualTo("rw-r--r--");
        assertThat(root.resolve("empty.json")).isEmptyFile();
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(name)));
    }

    @Test
    void aCallerWhoHasGoneIsAFailure() {
        PrintStream gone =
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8) {
                    @Override
                    public boolean checkError() {
                        return true;
                    }
                };
        assertThatThrownBy(() -> new TarDelivery(gone).open()).hasMessage("the caller has gone");
    }

    @Test
    void aFolderThatOnlyTheServiceSeesIsRefused() throws Exception {
        Path mounts = root.resolve("mountinfo");
        Files.writeString(
                mounts,
                String.join(
                        "\n",
                        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
                        "310 22 8:1 /tmp/systemd-private-0f3c-armature.service-hY1/tmp /tmp rw - ext4 /dev/vda1 rw",
                        "311 310 0:44 / /tmp/shared rw - tmpfs tmpfs rw",
                        ""));
        Path hidden = Path.of("/tmp/armature-out-" + System.nanoTime());
        assertThatThrownBy(() -> new FolderDelivery(hidden, mounts).open())
                .hasMessage(hidden + ": this service has a private folder there");
        assertThat(hidden).doesNotExist();
        Files.writeString(mounts, "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n");
        new FolderDelivery(root.resolve("out"), mounts).open();
        assertThat(root.resolve("out/reporting")).isDirectory();
    }
}
