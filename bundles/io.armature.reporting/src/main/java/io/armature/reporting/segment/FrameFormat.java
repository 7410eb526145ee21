package io.armature.reporting.segment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The bytes of one frame: a header of {@link #HEADER_BYTES}, then the payload. */
public final class FrameFormat {

    /** Length of a frame without its payload. */
    public static final int HEADER_BYTES = 64;

    /** Length of a record's SHA-256 digest. */
    public static final int DIGEST_BYTES = 32;

    /** Longest payload: a sealed record. */
    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** {@code ArFr} on disk. */
    static final int MAGIC = 0x72467241;

    static final int DIGEST_AT = 32;

    private static final byte VERSION = 1;
    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int VERSION_AT = 8;
    private static final int LENGTH_AT = 12;
    private static final int ID_AT = 16;
    private static final int STORED_AT = 24;

    private FrameFormat() {}

    /**
     * Completes a frame whose payload is already in place.
     *
     * @param frame {@link #HEADER_BYTES} and the payload, to the array's end
     */
    public static void complete(
            byte[] frame, long generationId, long id, long storedMicros, byte[] digest) {
        ByteBuffer buffer = view(frame);
        buffer.putInt(0, MAGIC);
        buffer.putInt(VERSION_AT, VERSION);
        buffer.putInt(LENGTH_AT, frame.length - HEADER_BYTES);
        buffer.putLong(ID_AT, id);
        buffer.putLong(STORED_AT, storedMicros);
        System.arraycopy(digest, 0, frame, DIGEST_AT, DIGEST_BYTES);
        buffer.putInt(CRC_AT, crc(generationId, frame, 0, frame.length - HEADER_BYTES));
    }

    /** The id that {@link #complete} wrote. */
    public static long id(byte[] frame) {
        return view(frame).getLong(ID_AT);
    }

    /** Gives a complete frame another id. */
    public static void renumber(byte[] frame, long generationId, long id) {
        ByteBuffer buffer = view(frame);
        buffer.putLong(ID_AT, id);
        buffer.putInt(CRC_AT, crc(generationId, frame, 0, frame.length - HEADER_BYTES));
    }

    /**
     * The payload's length if there may be a frame, else -1. An all-zero header is none.
     *
     * @param bytes at least {@link #HEADER_BYTES} from the offset on
     */
    static int payloadLength(byte[] bytes, int offset) {
        ByteBuffer buffer = view(bytes);
        int length = buffer.getInt(offset + LENGTH_AT);
        boolean possible =
                buffer.getInt(offset) == MAGIC
                        && buffer.getInt(offset + VERSION_AT) == VERSION
                        && length > 0
                        && length <= MAX_PAYLOAD_BYTES;
        return possible ? length : -1;
    }

    /** The frame at the offset, whole in the array; null if its check sum is wrong. */
    static Frame decode(long generationId, byte[] bytes, int offset, int payloadLength) {
        ByteBuffer buffer = view(bytes);
        if (buffer.getInt(offset + CRC_AT) != crc(generationId, bytes, offset, payloadLength)) {
            return null;
        }
        long id = buffer.getLong(offset + ID_AT);
        if (id < 0) {
            return null;
        }
        return new Frame(id, buffer.getLong(offset + STORED_AT), bytes, offset, payloadLength);
    }

    private static int crc(long generationId, byte[] bytes, int offset, int payloadLength) {
        CRC32C crc = new CRC32C();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (generationId >>> shift));
        }
        crc.update(bytes, offset + CHECKED_FROM, HEADER_BYTES - CHECKED_FROM + payloadLength);
        return (int) crc.getValue();
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
