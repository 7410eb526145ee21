package io.armature.control.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final byte[] PREAMBLE = {'A', 'R', 'M', 'C', 0, 1, 0, 0};

    private static byte[] stream() {
        byte[] request =
                new Request(80, "/tmp", List.of("boot", "grüße", ""), Map.of("ARMATURE_X", "1"))
                        .encode();
        ByteBuffer bytes = ByteBuffer.allocate(8 + 5 + request.length + 5 + 3 + 5);
        bytes.put(PREAMBLE).put((byte) 1).putInt(request.length).put(request);
        bytes.put((byte) 2).putInt(3).put(new byte[] {1, 2, 3});
        bytes.put((byte) 3).putInt(0);
        return bytes.array();
    }

    private static List<Frame> read(FrameReader reader, byte[] bytes, int step)
            throws DamagedFrameException {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += step) {
            ByteBuffer part = ByteBuffer.wrap(bytes, i, Math.min(step, bytes.length - i));
            Optional<Frame> frame = reader.next(part);
            while (frame.isPresent()) {
                frames.add(frame.get());
                frame = reader.next(part);
            }
        }
        return frames;
    }

    @Test
    void framesAreFoundHoweverTheBytesAreCut() throws Exception {
        for (int step = 1; step <= stream().length; step++) {
            List<Frame> frames = read(new FrameReader(), stream(), step);
            assertThat(frames)
                    .extracting(Frame::type)
                    .containsExactly(FrameType.REQUEST, FrameType.STDIN, FrameType.STDIN_END);
            assertThat(Request.decode(frames.get(0).payload()).arguments())
                    .containsExactly("boot", "grüße", "");
            assertThat(frames.get(1).payload()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void bytesOfTheFormatsPageAreUnderstood() throws Exception {
        byte[] request = {
            0, 80, // columns
            0, 0, 0, 1, '/', // directory
            0, 1, 0, 0, 0, 2, 'u', 'p', // one argument
            0, 1, 0, 0, 0, 10, 'A', 'R', 'M', 'A', 'T', 'U', 'R', 'E', '_', 'A', 0, 0, 0, 1, 'b'
        };
        Request expected = new Request(80, "/", List.of("up"), Map.of("ARMATURE_A", "b"));
        assertThat(Request.decode(request)).isEqualTo(expected);
        assertThat(expected.encode()).isEqualTo(request);
    }

    @Test
    void announcedLengthBeyondTheLimitIsRefusedBeforeItsBytesCome() {
        ByteBuffer bytes = ByteBuffer.allocate(13);
        bytes.put(PREAMBLE).put((byte) 1).putInt((1 << 20) + 1).flip();
        assertThatThrownBy(() -> new FrameReader().next(bytes))
                .isInstanceOf(DamagedFrameException.class)
                .hasMessageContaining("1048577");
        ByteBuffer negative = ByteBuffer.allocate(13);
        negative.put(PREAMBLE).put((byte) 2).putInt(-1).flip();
        assertThatThrownBy(() -> new FrameReader().next(negative))
                .isInstanceOf(DamagedFrameException.class);
    }

    @Test
    void otherProtocolsAndVersionsAreRefusedAtOnce() {
        assertThatThrownBy(
                        () ->
                                new FrameReader()
                                        .next(
                                                ByteBuffer.wrap(
                                                        "GET /"
                                                                .getBytes(
                                                                        StandardCharsets
                                                                                .US_ASCII))))
                .isInstanceOf(DamagedFrameException.class);
        byte[] newer = PREAMBLE.clone();
        newer[5] = 2;
        assertThatThrownBy(() -> new FrameReader().next(ByteBuffer.wrap(newer)))
                .hasMessageContaining("version 2");
    }

    @Test
    void garbageGivesAFrameOrARefusalAndNothingElse() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = stream();
            int flips = 1 + random.nextInt(4);
            for (int i = 0; i < flips; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                for (Frame frame : read(new FrameReader(), bytes, 1 + random.nextInt(40))) {
                    if (frame.type() == FrameType.REQUEST) {
                        Request.decode(frame.payload());
                    }
                }
            } catch (DamagedFrameException e) {
                assertThat(e).as("seed %d round %d", seed, round).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void requestThatIsCutAnywhereIsRefused() {
        byte[] whole = new Request(1, "/a", List.of("b"), Map.of("ARMATURE_C", "d")).encode();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Request.decode(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(DamagedFrameException.class);
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> Request.decode(longer)).hasMessageContaining("after the request");
    }
}
