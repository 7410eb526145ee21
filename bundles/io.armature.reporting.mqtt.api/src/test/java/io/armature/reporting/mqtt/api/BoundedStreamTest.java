package io.armature.reporting.mqtt.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedStreamTest {

    private static final int LIMIT = 20_000;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private void header(int... bytes) {
        for (int one : bytes) {
            sent.write(one);
        }
    }

    private void packet(int length) {
        sent.write(0x32);
        int rest = length;
        do {
            sent.write((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
            rest >>= 7;
        } while (rest > 0);
        for (int i = 0; i < length; i++) {
            sent.write(0xff);
        }
    }

    private InputStream stream() {
        return new BoundedStream(new ByteArrayInputStream(sent.toByteArray()), LIMIT);
    }

    @Test
    void packetsUpToTheLimitComeThroughHoweverTheyAreRead() throws IOException {
        Random random = new Random(5);
        for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 0, LIMIT - 4, 5}) {
            packet(length);
        }
        for (int round = 0; round < 200; round++) {
            InputStream in = stream();
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 + random.nextInt(round < 100 ? 4 : 30_000)];
            boolean more = true;
            while (more) {
                int one = random.nextBoolean() ? in.read() : -1;
                if (one >= 0) {
                    got.write(one);
                }
                int count = in.read(buffer, 0, buffer.length);
                got.write(buffer, 0, Math.max(0, count));
                more = count >= 0;
            }
            assertThat(got.toByteArray()).as("round %d", round).isEqualTo(sent.toByteArray());
        }
    }

    @Test
    void largerPacketFailsAtItsLengthWithoutAByteOfItsBody() throws IOException {
        packet(3);
        header(0x32, 0x9e, 0x9c, 0x01); // 19,998: with its header 20,002
        InputStream in = stream();
        assertThat(in.skip(5 + 3)).isEqualTo(8);
        assertThatThrownBy(in::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("19998 bytes")
                .hasMessageContaining("20000");
    }

    @Test
    void largestLengthOfAllFails() {
        header(0x32, 0xff, 0xff, 0xff, 0x7f);
        assertThatThrownBy(() -> stream().readAllBytes()).hasMessageContaining("268435455 bytes");
    }

    @Test
    void lengthWithoutEndFails() {
        header(0x32, 0x80, 0x80, 0x80, 0x80, 0x80);
        assertThatThrownBy(() -> stream().readAllBytes()).hasMessageContaining("without a length");
    }
}
