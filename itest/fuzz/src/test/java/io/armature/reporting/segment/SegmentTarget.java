package io.armature.reporting.segment;

import io.armature.reporting.storage.StorageFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What must be true of the reader of segments whatever lies on a disk. The fuzzer calls it by its
 * name.
 *
 * <p>No fuzzer finds a check sum, so an input says how a segment is put together: an operation, a
 * number, and what the operation takes, again and again. Its first byte says how much the reader
 * reads at once.
 */
public final class SegmentTarget {

    private static final long GENERATION = 4_815_162_342L;
    private static final int OPERATIONS = 8;

    /** Longer ones would only be slower; operations that come behind it are left out. */
    private static final int SEGMENT_BYTES = 16 << 10;

    /** The longest frames are larger than all that the reader may be told to read at once. */
    private static final int LARGE_STEP_BYTES = 16;

    private static final int CHUNK_STEP_BYTES = 8;

    private SegmentTarget() {}

    /** A file in memory that may be shorter than it should be. */
    private record Bytes(byte[] content) implements StorageFile {
        @Override
        public int read(ByteBuffer target, long position) {
            int count = (int) Math.max(0, Math.min(target.remaining(), content.length - position));
            target.put(content, (int) Math.min(position, content.length), count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw new AssertionError("a reader writes");
        }

        @Override
        public void force(boolean length) {
            throw new AssertionError("a reader forces");
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public void truncate(long size) {
            throw new AssertionError("a reader truncates");
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /** Puts a segment together and reads it; fails if reader and model differ. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Builder builder = new Builder(ByteBuffer.wrap(input));
        byte[] segment = builder.build();
        long end = segment.length + (long) builder.missing;
        SegmentModel model = new SegmentModel(segment, GENERATION, SegmentHeader.BYTES, end);
        Bytes file = new Bytes(segment);
        int chunk = FrameFormat.HEADER_BYTES + (segment[0] & 0xFF) * CHUNK_STEP_BYTES;
        check(new FrameReader(file, GENERATION, SegmentHeader.BYTES, end), model);
        check(new FrameReader(file, GENERATION, SegmentHeader.BYTES, end, chunk), model);
        header(segment);
    }

    private static void check(FrameReader reader, SegmentModel model) throws IOException {
        List<SegmentModel.Found> read = new ArrayList<>();
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            read.add(found(frame));
        }
        require(
                read.equals(model.frames()),
                () -> "read " + read + ", but the model " + model.frames());
        require(reader.lastFrameEnd() == model.lastFrameEnd(), () -> "end of the last frame");
        require(
                model.mayBeDamaged() || !reader.damaged(),
                () -> "damaged, but there are zeros only");
        require(
                reader.damaged() || !model.mustBeDamaged(),
                () -> "not damaged, but there are bytes");
    }

    /** What is taken for a header says what was written. */
    private static void header(byte[] segment) {
        byte[] first = Arrays.copyOf(segment, SegmentHeader.BYTES);
        SegmentHeader.decode(first)
                .ifPresent(
                        header ->
                                require(
                                        header.generationId() > 0 && header.firstId() >= 0,
                                        () -> "a header of no segment"));
    }

    private static SegmentModel.Found found(Frame frame) {
        ByteBuffer payload =
                ByteBuffer.wrap(frame.bytes(), frame.payloadOffset(), frame.payloadLength());
        return new SegmentModel.Found(frame.id(), frame.storedMicros(), payload);
    }

    private static void require(boolean fact, Supplier<String> text) {
        if (!fact) {
            throw new AssertionError(text.get());
        }
    }

    /** Follows an input. */
    private static final class Builder {
        private final ByteBuffer input;
        private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
        private int missing;

        Builder(ByteBuffer input) {
            this.input = input;
        }

        byte[] build() {
            byte[] header = next(SegmentHeader.BYTES);
            segment.writeBytes(Arrays.copyOf(header, SegmentHeader.BYTES));
            while (input.remaining() >= 2 && segment.size() < SEGMENT_BYTES) {
                int operation = input.get() & (OPERATIONS - 1);
                int number = input.get() & 0xFF;
                append(operation, number);
            }
            return segment.toByteArray();
        }

        private void append(int operation, int number) {
            switch (operation) {
                case 0 -> segment.writeBytes(next(number));
                case 1 -> segment.writeBytes(frame(GENERATION, next(1 + number)));
                case 2 -> segment.writeBytes(flipped(frame(GENERATION, next(9)), number));
                case 3 -> segment.writeBytes(new byte[number * 8]);
                case 4 -> segment.writeBytes(Arrays.copyOf(frame(GENERATION, next(99)), number));
                case 5 ->
                        segment.writeBytes(
                                frame(GENERATION, new byte[(1 + number) * LARGE_STEP_BYTES]));
                case 6 -> segment.writeBytes(frame(GENERATION + 1, next(1 + number)));
                default -> missing = number;
            }
        }

        private static byte[] flipped(byte[] frame, int at) {
            frame[at % frame.length] ^= (byte) (1 + at / frame.length);
            return frame;
        }

        private static byte[] frame(long generation, byte[] payload) {
            byte[] content = payload.length == 0 ? new byte[1] : payload;
            byte[] frame = new byte[FrameFormat.HEADER_BYTES + content.length];
            System.arraycopy(content, 0, frame, FrameFormat.HEADER_BYTES, content.length);
            byte[] digest = new byte[FrameFormat.DIGEST_BYTES];
            Arrays.fill(digest, content[0]);
            // The last byte of some makes an id below zero.
            FrameFormat.complete(frame, generation, content[content.length - 1], 5, digest);
            return frame;
        }

        private byte[] next(int count) {
            byte[] bytes = new byte[Math.min(count, input.remaining())];
            input.get(bytes);
            return bytes;
        }
    }
}
