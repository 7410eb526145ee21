package io.armature.reporting.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFormatTest {

    private static final long GENERATION = 4_815_162_342L;
    private static final long STORED = 1_780_000_000_000_000L;

    @TempDir Path root;
    private Storage storage;

    @BeforeEach
    void open() throws IOException {
        storage = FileStorage.open(root);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void theGoldenSegmentOfVersionOneIsWrittenByteForByte() throws IOException {
        assertThat(segment()).isEqualTo(golden());
    }

    @Test
    void theGoldenSegmentOfVersionOneIsRead() throws IOException {
        byte[] golden = golden();
        SegmentHeader header = SegmentHeader.decode(golden).orElseThrow();
        assertThat(header.generationId()).isEqualTo(GENERATION);
        assertThat(header.firstId()).isEqualTo(7);
        assertThat(header.previousDigest().orElseThrow()).isEqualTo(filled(0xAB));
        List<Frame> frames = read(golden);
        assertThat(frames).extracting(Frame::id).containsExactly(7L, 8L, 9L);
        assertThat(frames.get(2).digest()).isEqualTo(filled(9));
        assertThat(payload(frames.get(1))).isEqualTo("payload of 8");
        assertThat(frames.get(0).storedMicros()).isEqualTo(STORED + 7);
    }

    @Test
    void aFlippedByteCostsTheOneRecordItIsIn() throws IOException {
        byte[] good = golden();
        int frame = FrameFormat.HEADER_BYTES + "payload of 7".length();
        for (int at = SegmentHeader.BYTES; at < SegmentHeader.BYTES + 3 * frame; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) 0x5a;
            long lost = 7L + (at - SegmentHeader.BYTES) / frame;
            assertThat(read(bad))
                    .as("flipped at %d", at)
                    .extracting(Frame::id)
                    .containsExactlyElementsOf(
                            List.of(7L, 8L, 9L).stream().filter(id -> id != lost).toList());
        }
    }

    @Test
    void aFlippedBitAnywhereInTheHeaderMakesItNone() throws IOException {
        byte[] good = golden();
        for (int bit = 0; bit < 8 * SegmentHeader.BYTES; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(SegmentHeader.decode(bad)).as("flipped bit %d", bit).isEmpty();
        }
    }

    @Test
    void aCutAtAnyByteKeepsTheWholeFramesBeforeIt() throws IOException {
        byte[] good = Arrays.copyOf(golden(), SegmentHeader.BYTES + 3 * 76);
        for (int length = 0; length <= good.length; length++) {
            int whole = Math.max(0, length - SegmentHeader.BYTES) / 76;
            assertThat(read(Arrays.copyOf(good, length))).as("cut at %d", length).hasSize(whole);
        }
    }

    @Test
    void zerosAreNeverAFrame() throws IOException {
        assertThat(read(new byte[64 << 10])).isEmpty();
    }

    @Test
    void aFrameOfAnotherGenerationIsNone() throws IOException {
        byte[] golden = golden();
        Path file = root.resolve("other");
        Files.write(file, golden);
        try (StorageFile opened = storage.open("other", Storage.Access.READ)) {
            FrameReader reader =
                    new FrameReader(opened, GENERATION + 1, SegmentHeader.BYTES, golden.length);
            assertThat(reader.next()).isNull();
            assertThat(reader.damaged()).isTrue();
        }
    }

    @Test
    void aRenumberedFrameIsGoodUnderItsNewId() throws IOException {
        byte[] frame = frame(7);
        FrameFormat.renumber(frame, GENERATION, 12);
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        segment.write(new byte[SegmentHeader.BYTES]);
        segment.write(frame);
        assertThat(read(segment.toByteArray())).extracting(Frame::id).containsExactly(12L);
    }

    @Test
    void framesAcrossReadChunksAreWhole() throws IOException {
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        segment.write(new byte[SegmentHeader.BYTES]);
        int count = 5000;
        for (int id = 0; id < count; id++) {
            segment.write(frame(id));
        }
        byte[] large = new byte[FrameFormat.HEADER_BYTES + (1 << 20)];
        FrameFormat.complete(large, GENERATION, count, STORED, filled(1));
        segment.write(large);
        segment.write(frame(count + 1));
        List<Frame> frames = read(segment.toByteArray());
        assertThat(frames).hasSize(count + 2);
        assertThat(payload(frames.get(4321))).isEqualTo("payload of 4321");
    }

    @Test
    void onlyExactNamesAreSegments() {
        assertThat(SegmentName.parse("P_Manual", "P_Manual.5.17"))
                .contains(new SegmentName("P_Manual", 5, 17));
        for (String name :
                List.of(
                        "P_Manual.5",
                        "P_Manual.5.17.1",
                        "P_Manual.05.17",
                        "P_Manual.5.-1",
                        "P_Manual.0.1",
                        "P_Manual.5.x",
                        "P_ManualLacros.5.17",
                        "P_Manual.5.99999999999999999999")) {
            assertThat(SegmentName.parse("P_Manual", name)).as(name).isEmpty();
        }
    }

    private List<Frame> read(byte[] segment) throws IOException {
        Files.write(root.resolve("segment"), segment);
        List<Frame> frames = new ArrayList<>();
        try (StorageFile file = storage.open("segment", Storage.Access.READ)) {
            FrameReader reader =
                    new FrameReader(file, GENERATION, SegmentHeader.BYTES, segment.length);
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
        }
        return frames;
    }

    private static String payload(Frame frame) {
        return new String(
                frame.bytes(),
                frame.payloadOffset(),
                frame.payloadLength(),
                StandardCharsets.UTF_8);
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] frame(int id) {
        byte[] payload = ("payload of " + id).getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(FrameFormat.HEADER_BYTES + payload.length);
        frame.position(FrameFormat.HEADER_BYTES);
        frame.put(payload);
        FrameFormat.complete(frame.array(), GENERATION, id, STORED + id, filled(id));
        return frame.array();
    }

    private static byte[] segment() throws IOException {
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        segment.write(
                new SegmentHeader(GENERATION, 7, STORED, Optional.of(filled(0xAB))).encoded());
        for (int id = 7; id < 10; id++) {
            segment.write(frame(id));
        }
        return Arrays.copyOf(segment.toByteArray(), 512);
    }

    private static byte[] golden() throws IOException {
        try (InputStream in = SegmentFormatTest.class.getResourceAsStream("/segment-v1.bin")) {
            return in.readAllBytes();
        }
    }
}
