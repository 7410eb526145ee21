package io.armature.control.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One whole frame.
 *
 * @param payload owned by the frame
 */
public record Frame(FrameType type, byte[] payload) {

    /** Longest text of a refusal. */
    private static final int MAX_REASON_BYTES = 4096;

    /** The frame's bytes, ready to be written. */
    public static ByteBuffer encode(FrameType type, byte[] bytes, int offset, int length) {
        return ByteBuffer.allocate(FrameType.HEADER_BYTES + length)
                .put((byte) type.number())
                .putInt(length)
                .put(bytes, offset, length)
                .flip();
    }

    /** A frame without payload. */
    public static ByteBuffer empty(FrameType type) {
        return encode(type, new byte[0], 0, 0);
    }

    /** The last frame of a command. */
    public static ByteBuffer exit(int code) {
        return encode(FrameType.EXIT, new byte[] {(byte) code}, 0, 1);
    }

    /** Asks for that many more bytes of standard input. */
    public static ByteBuffer credit(int bytes) {
        return encode(FrameType.STDIN_CREDIT, ByteBuffer.allocate(4).putInt(bytes).array(), 0, 4);
    }

    /** The only frame of a connection that gets no command. */
    public static ByteBuffer refusal(Refusal refusal, String line) {
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_REASON_BYTES);
        byte[] payload = new byte[1 + length];
        payload[0] = (byte) refusal.number();
        System.arraycopy(text, 0, payload, 1, length);
        return encode(FrameType.REFUSED, payload, 0, payload.length);
    }
}
