package io.armature.reporting.segment;

import java.util.Arrays;

/**
 * One good frame, as a view of the bytes it was read into.
 *
 * @param bytes never changed again
 * @param offset of the frame's header
 */
public record Frame(long id, long storedMicros, byte[] bytes, int offset, int payloadLength) {

    /** Where the payload starts in {@link #bytes}. */
    public int payloadOffset() {
        return offset + FrameFormat.HEADER_BYTES;
    }

    /** Header and payload. */
    public int length() {
        return FrameFormat.HEADER_BYTES + payloadLength;
    }

    /** A copy of the record's digest. */
    public byte[] digest() {
        int from = offset + FrameFormat.DIGEST_AT;
        return Arrays.copyOfRange(bytes, from, from + FrameFormat.DIGEST_BYTES);
    }
}
