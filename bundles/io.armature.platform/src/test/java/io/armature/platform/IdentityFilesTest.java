package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFilesTest {

    @TempDir private Path directory;
    private Path override;
    private Path stored;

    @BeforeEach
    void prepare() {
        override = directory.resolve("override");
        stored = directory.resolve("device-id");
    }

    private IdentityFiles identity() {
        return new IdentityFiles(override, stored, new ForcedFiles(), new KernelRandomness());
    }

    @Test
    void firstStartMakesAnIdThatLasts() throws IOException {
        String id = identity().deviceId();
        assertThat(id)
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(stored).hasContent(id + "\n");
        assertThat(identity().deviceId()).isEqualTo(id);
        Files.delete(stored);
        assertThat(identity().deviceId()).isNotEqualTo(id);
    }

    @Test
    void idIsStoredDurablyBeforeAnybodySeesIt() {
        boolean[] forced = new boolean[1];
        DurableFiles files =
                new DurableFiles() {
                    @Override
                    public void replace(Path target, byte[] content) throws IOException {
                        new ForcedFiles().replace(target, content);
                        forced[0] = true;
                    }

                    @Override
                    public void delete(Path target) {
                        throw new AssertionError("nothing is deleted");
                    }
                };
        new IdentityFiles(override, stored, files, new KernelRandomness());
        assertThat(forced[0]).isTrue();
    }

    @Test
    void overrideCountsAndTheStoredOneStays() throws IOException {
        String own = identity().deviceId();
        Files.writeString(override, "kiosk_7\n");
        assertThat(identity().deviceId()).isEqualTo("kiosk_7");
        Files.delete(override);
        assertThat(identity().deviceId()).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a b", "a/b", "a+b", "#", "é", "a\nb"})
    void unusableOverrideIsAFaultAndTheStoredOneCounts(String text) throws IOException {
        String own = identity().deviceId();
        Files.writeString(override, text);
        IdentityFiles identity = identity();
        assertThat(identity.deviceId()).isEqualTo(own);
        assertThat(identity.faults()).hasSize(1);
        assertThat(override).exists();
    }

    @Test
    void lengthIsBounded() throws IOException {
        Files.writeString(override, "x".repeat(64));
        assertThat(identity().deviceId()).hasSize(64);
        Files.writeString(override, "x".repeat(65));
        assertThat(identity().faults()).hasSize(1);
        Files.writeString(override, "x".repeat(1 << 20));
        assertThat(identity().faults()).hasSize(1);
    }

    @Test
    void damagedStoredIdIsKeptAsideAndReplaced() throws IOException {
        Files.write(stored, new byte[64]);
        IdentityFiles identity = identity();
        assertThat(identity.faults()).hasSize(1);
        assertThat(directory.resolve("device-id.bad")).hasBinaryContent(new byte[64]);
        assertThat(identity().deviceId()).isEqualTo(identity.deviceId());
        assertThat(identity().faults()).isEmpty();
    }

    @Test
    void idThatCannotBeStoredIsAFault() {
        stored = directory.resolve("missing/device-id");
        IdentityFiles identity = identity();
        assertThat(identity.deviceId()).isNotEmpty();
        assertThat(identity.faults().get(0).reason()).contains("will not last");
    }
}
