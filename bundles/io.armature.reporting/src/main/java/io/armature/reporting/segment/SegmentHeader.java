package io.armature.reporting.segment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first {@link #BYTES} bytes of a segment. The file's name says as much, but for the digest
 * that the chain goes on from when the segment holds no frame yet.
 *
 * @param previousDigest digest of record {@code firstId - 1}, 32 bytes; empty for the first record
 *     of a generation
 */
public record SegmentHeader(
        long generationId, long firstId, long createdMicros, Optional<byte[]> previousDigest) {

    /** Length on disk; the first frame follows at once. */
    public static final int BYTES = 128;

    /** {@code ArSg} on disk. */
    private static final int MAGIC = 0x67537241;

    private static final short VERSION = 1;
    private static final short HAS_DIGEST = 1;
    private static final int CRC_AT = 4;
    private static final int CHECKED_FROM = 8;
    private static final int DIGEST_AT = 40;

    /** As on disk. */
    public byte[] encoded() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0, MAGIC);
        buffer.putShort(8, VERSION);
        buffer.putShort(10, previousDigest.isPresent() ? HAS_DIGEST : 0);
        buffer.putLong(16, generationId);
        buffer.putLong(24, firstId);
        buffer.putLong(32, createdMicros);
        previousDigest.ifPresent(digest -> buffer.put(DIGEST_AT, digest));
        buffer.putInt(CRC_AT, crc(bytes));
        return bytes;
    }

    /** Empty if the bytes are no header of this version. */
    public static Optional<SegmentHeader> decode(byte[] bytes) {
        if (bytes.length < BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt(0) != MAGIC
                || buffer.getShort(8) != VERSION
                || buffer.getInt(CRC_AT) != crc(bytes)) {
            return Optional.empty();
        }
        Optional<byte[]> digest =
                buffer.getShort(10) == HAS_DIGEST
                        ? Optional.of(
                                Arrays.copyOfRange(
                                        bytes, DIGEST_AT, DIGEST_AT + FrameFormat.DIGEST_BYTES))
                        : Optional.empty();
        return Optional.of(
                new SegmentHeader(
                        buffer.getLong(16), buffer.getLong(24), buffer.getLong(32), digest));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, BYTES - CHECKED_FROM);
        return (int) crc.getValue();
    }
}
