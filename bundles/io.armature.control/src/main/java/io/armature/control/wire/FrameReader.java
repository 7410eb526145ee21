package io.armature.control.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a client's bytes into frames. Holds at most one frame, and memory for a payload only as it
 * comes in. One thread.
 */
public final class FrameReader {

    private static final int PREAMBLE_BYTES = 8;
    private static final int MAGIC = 0x41524D43;
    private static final int VERSION = 1;
    private static final int FIRST_BYTES = 4096;

    private final ByteBuffer head = ByteBuffer.allocate(PREAMBLE_BYTES);
    private boolean greeted;
    private FrameType type;
    private int length;
    private byte[] payload;
    private int filled;

    public FrameReader() {
        head.limit(PREAMBLE_BYTES);
    }

    /**
     * Takes bytes up to the end of the next frame; the rest stays in the buffer.
     *
     * @return the frame, or nothing if the bytes ended before it did
     * @throws DamagedFrameException at the first byte that cannot be right
     */
    public Optional<Frame> next(ByteBuffer bytes) throws DamagedFrameException {
        if (!greeted && !greet(bytes)) {
            return Optional.empty();
        }
        if (type == null && !header(bytes)) {
            return Optional.empty();
        }
        take(bytes);
        if (filled < length) {
            return Optional.empty();
        }
        Frame frame = new Frame(type, payload);
        type = null;
        payload = null;
        head.clear().limit(FrameType.HEADER_BYTES);
        return Optional.of(frame);
    }

    private boolean greet(ByteBuffer bytes) throws DamagedFrameException {
        move(bytes, head);
        if (head.position() >= 4 && head.getInt(0) != MAGIC) {
            throw new DamagedFrameException("this is not the control protocol");
        }
        if (head.hasRemaining()) {
            return false;
        }
        int version = head.getShort(4) & 0xFFFF;
        if (version != VERSION || head.getShort(6) != 0) {
            throw new DamagedFrameException(
                    "protocol version " + version + " is not spoken here, only " + VERSION);
        }
        greeted = true;
        head.clear().limit(FrameType.HEADER_BYTES);
        return true;
    }

    private boolean header(ByteBuffer bytes) throws DamagedFrameException {
        move(bytes, head);
        if (head.hasRemaining()) {
            return false;
        }
        FrameType found = FrameType.fromClient(head.get(0) & 0xFF);
        int announced = head.getInt(1);
        if (announced < 0 || announced > found.limitBytes()) {
            throw new DamagedFrameException(
                    found
                            + " frame of "
                            + Integer.toUnsignedString(announced)
                            + " bytes, at most "
                            + found.limitBytes()
                            + " are taken");
        }
        type = found;
        length = announced;
        filled = 0;
        payload = new byte[Math.min(announced, FIRST_BYTES)];
        return true;
    }

    private void take(ByteBuffer bytes) {
        int count = Math.min(bytes.remaining(), length - filled);
        if (filled + count > payload.length) {
            // grows with what has come, never with what was only announced
            int wanted = Math.min(length, Math.max(filled + count, payload.length * 2));
            payload = Arrays.copyOf(payload, wanted);
        }
        bytes.get(payload, filled, count);
        filled += count;
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        while (from.hasRemaining() && to.hasRemaining()) {
            to.put(from.get());
        }
    }
}
