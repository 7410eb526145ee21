package io.armature.services.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a stream into frames. Keeps nothing between frames, so that ten thousand idle streams cost
 * nothing here. One thread.
 */
public final class FrameReader {

    /** Longest message, bytes. */
    public static final int MESSAGE_LIMIT = 1 << 20;

    /** Longest text of a close frame, bytes. */
    public static final int TEXT_LIMIT = 4_096;

    static final int HEADER = 5;
    static final int MESSAGE = 0;
    static final int CLOSE = 1;

    private static final int FIRST_CAPACITY = 512;
    private static final byte[] NOTHING = {};

    private final Sink sink;
    private byte[] partial = NOTHING;
    private int filled;
    private Descriptor passed;
    private boolean ended;

    /** Takes frames. */
    public interface Sink {

        /**
         * A message.
         *
         * @param descriptor came along; belongs to the sink
         * @throws FrameException if it does not belong here; the descriptor is closed
         */
        void message(byte[] message, Optional<Descriptor> descriptor) throws FrameException;

        /** The end: a close frame, or 0 and no text for the end of the stream. Told once. */
        void closed(long code, String text);
    }

    public FrameReader(Sink sink) {
        this.sink = sink;
    }

    /**
     * Takes the next bytes.
     *
     * @param descriptor came with these bytes: belongs to the frame of the last one
     * @throws FrameException if the peer broke the format; nothing more can be read
     */
    public void feed(ByteBuffer bytes, Optional<Descriptor> descriptor) throws FrameException {
        if (ended) {
            descriptor.ifPresent(Descriptor::close);
            return;
        }
        Optional<Descriptor> left = descriptor;
        boolean taken = false;
        try {
            left = frames(bytes, descriptor);
            taken = true;
        } finally {
            if (!taken || ended) {
                left.ifPresent(Descriptor::close);
            }
        }
        if (left.isPresent() && !ended) {
            passed = one(Optional.ofNullable(passed), left.get()).orElseThrow();
        }
    }

    /** Takes whole frames; returns the descriptor if it belongs to one that is not. */
    private Optional<Descriptor> frames(ByteBuffer bytes, Optional<Descriptor> descriptor)
            throws FrameException {
        Optional<Descriptor> left = descriptor;
        while (bytes.hasRemaining() && !ended) {
            fill(bytes, HEADER);
            if (filled < HEADER) {
                break;
            }
            int length = length();
            fill(bytes, HEADER - 1 + length);
            if (filled < HEADER - 1 + length) {
                break;
            }
            Optional<Descriptor> mine = Optional.ofNullable(passed);
            passed = null;
            if (!bytes.hasRemaining() && left.isPresent()) {
                mine = one(mine, left.get());
                left = Optional.empty();
            }
            frame(mine);
        }
        return left;
    }

    private static Optional<Descriptor> one(Optional<Descriptor> first, Descriptor second)
            throws FrameException {
        if (first.isPresent()) {
            first.get().close();
            second.close();
            throw new FrameException("at most one descriptor may come with a frame");
        }
        return Optional.of(second);
    }

    private int length() throws FrameException {
        long length = Integer.toUnsignedLong(ByteBuffer.wrap(partial).getInt());
        int kind = partial[HEADER - 1];
        if (length < 1 || length > 1 + MESSAGE_LIMIT) {
            throw new FrameException("a frame's length is 1 to 1048577, this is " + length);
        }
        if (kind == CLOSE && (length < 5 || length > 5 + TEXT_LIMIT)) {
            throw new FrameException(
                    "a close frame has a code of 4 bytes and at most 4096 of text");
        }
        if (kind != MESSAGE && kind != CLOSE) {
            throw new FrameException("a frame's kind is 0 or 1, this is " + (kind & 0xFF));
        }
        return (int) length;
    }

    private void fill(ByteBuffer bytes, int wanted) {
        int more = Math.min(bytes.remaining(), wanted - filled);
        if (more <= 0) {
            return;
        }
        if (partial.length < filled + more) {
            int capacity = Math.max(FIRST_CAPACITY, Math.max(filled + more, 2 * partial.length));
            partial = Arrays.copyOf(partial, Math.min(capacity, HEADER + MESSAGE_LIMIT));
        }
        bytes.get(partial, filled, more);
        filled += more;
    }

    private void frame(Optional<Descriptor> descriptor) throws FrameException {
        int kind = partial[HEADER - 1];
        byte[] content = Arrays.copyOfRange(partial, HEADER, filled);
        partial = NOTHING;
        filled = 0;
        if (kind == MESSAGE) {
            boolean taken = false;
            try {
                sink.message(content, descriptor);
                taken = true;
            } finally {
                if (!taken) {
                    descriptor.ifPresent(Descriptor::close);
                }
            }
            return;
        }
        ended = true;
        descriptor.ifPresent(Descriptor::close);
        long code = Integer.toUnsignedLong(ByteBuffer.wrap(content).getInt());
        String text = new String(content, 4, content.length - 4, StandardCharsets.UTF_8);
        sink.closed(code, text);
    }

    /** The stream has ended: what is incomplete is dropped. */
    public void end() {
        if (passed != null) {
            passed.close();
            passed = null;
        }
        if (!ended) {
            ended = true;
            sink.closed(0, "");
        }
    }

    /** Whether a frame has begun and not ended. */
    public boolean inFrame() {
        return filled > 0;
    }

    /** A message as a frame. */
    public static byte[] message(byte[] content) {
        byte[] frame = new byte[HEADER + content.length];
        ByteBuffer.wrap(frame).putInt(1 + content.length).put((byte) MESSAGE).put(content);
        return frame;
    }

    /** The end as a frame; a text that is too long is cut. */
    public static byte[] close(long code, String text) {
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(words.length, TEXT_LIMIT);
        byte[] frame = new byte[HEADER + 4 + length];
        ByteBuffer.wrap(frame)
                .putInt(5 + length)
                .put((byte) CLOSE)
                .putInt((int) code)
                .put(words, 0, length);
        return frame;
    }
}
