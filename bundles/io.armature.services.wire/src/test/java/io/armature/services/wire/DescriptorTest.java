package io.armature.services.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTest {

    @TempDir private Path folder;

    private static Optional<String> label(String text, boolean zero) {
        byte[] value = Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), 255);
        return Descriptor.labelOf(value, text.length() + (zero ? 1 : 0));
    }

    @Test
    void labelIsReadWithAndWithoutZero() {
        assertThat(label("u:r:cros:s0", true)).contains("u:r:cros:s0");
        assertThat(label("u:r:cros:s0", false)).contains("u:r:cros:s0");
        assertThat(label("x".repeat(255), false)).contains("x".repeat(255));
        assertThat(label("", true)).isEmpty();
        assertThat(label("", false)).isEmpty();
    }

    /** What an earlier call left in the memory of a call is not taken for what came. */
    @Test
    void askingWhetherThePeerHasGoneClosesNothing() throws IOException {
        Descriptor[] pair = Descriptor.pair();
        Descriptor[] cargo = Descriptor.pair();
        for (int i = 0; i < 20; i++) {
            byte[] frame = FrameReader.message(new byte[] {1});
            assertThat(pair[0].send(frame, 0, frame.length, Optional.of(cargo[0]))).isPositive();
            assertThat(pair[0].gone()).isFalse();
            assertThat(pair[1].gone()).as("with a descriptor to be read").isFalse();
            assertThat(cargo[0].credentials().pid()).isPositive();
        }
        for (Descriptor one : new Descriptor[] {pair[0], pair[1], cargo[0], cargo[1]}) {
            one.close();
        }
        assertThat(pair[0].gone()).isTrue();
    }

    @Test
    void onlyHalvesOfConnectionsAreStreams() throws IOException {
        Descriptor[] pair = Descriptor.pair();
        Path path = folder.resolve("s");
        Descriptor listening = Descriptor.listening(path);
        assertThat(pair[0].isStream()).isTrue();
        assertThat(listening.isStream()).isFalse();
        Descriptor client = Descriptor.connected(path);
        Descriptor accepted = listening.accept().orElseThrow();
        assertThat(listening.accept()).isEmpty();
        assertThat(accepted.isStream()).isTrue();
        for (Descriptor one : new Descriptor[] {pair[0], pair[1], listening, client, accepted}) {
            one.close();
            one.close();
        }
        assertThat(pair[0].isStream()).isFalse();
        assertThatThrownBy(() -> Descriptor.connected(path))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.error()).isEqualTo(SystemCallException.REFUSED));
        assertThatThrownBy(() -> Descriptor.connected(folder.resolve("nothing")))
                .isInstanceOfSatisfying(
                        SystemCallException.class,
                        e -> assertThat(e.error()).isEqualTo(SystemCallException.NO_ENTRY));
        assertThatThrownBy(() -> Descriptor.listening(folder.resolve("x".repeat(108))))
                .hasMessageContaining("107 bytes");
    }
}
