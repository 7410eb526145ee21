package io.armature.reporting.segment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads a segment from the page that describes it, place by place. */
final class SegmentModel {

    private static final int HEADER = 64;
    private static final int LONGEST = 1 << 20;

    private final byte[] segment;
    private final ByteBuffer numbers;
    private final long generation;
    private final long end;
    private final List<Found> frames = new ArrayList<>();
    private int lastFrameEnd;
    private boolean mayBeDamaged;
    private boolean mustBeDamaged;

    /**
     * A frame.
     *
     * @param payload equal to another one of the same bytes
     */
    record Found(long id, long storedMicros, ByteBuffer payload) {}

    /**
     * @param end how long it should be
     */
    SegmentModel(byte[] segment, long generation, int from, long end) {
        this.segment = segment;
        this.numbers = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        this.generation = generation;
        this.end = end;
        this.lastFrameEnd = from;
        read(from);
    }

    private void read(int from) {
        int at = from;
        while (at < segment.length) {
            int length = frameAt(at);
            if (length > 0) {
                // Something is missing before it.
                mayBeDamaged |= at != lastFrameEnd;
                long id = numbers.getLong(at + 16);
                ByteBuffer payload = ByteBuffer.wrap(segment, at + HEADER, length - HEADER);
                frames.add(new Found(id, numbers.getLong(at + 24), payload));
                at += length;
                lastFrameEnd = at;
            } else {
                mayBeDamaged |= segment[at] != 0;
                // In the last bytes there is no room for a frame, whatever they are.
                mustBeDamaged |= segment[at] != 0 && at + HEADER + 4 < segment.length;
                at++;
            }
        }
    }

    /** The length of the frame that starts here, 0 if none does. */
    private int frameAt(int at) {
        if (segment.length - at <= HEADER
                || numbers.getInt(at) != 0x72467241
                || numbers.getInt(at + 8) != 1) {
            return 0;
        }
        int payload = numbers.getInt(at + 12);
        if (payload < 1
                || payload > LONGEST
                || at + HEADER + (long) payload > Math.min(end, segment.length)
                || numbers.getLong(at + 16) < 0) {
            return 0;
        }
        CRC32C crc = new CRC32C();
        crc.update(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(generation).flip());
        crc.update(segment, at + 8, HEADER - 8 + payload);
        return numbers.getInt(at + 4) == (int) crc.getValue() ? HEADER + payload : 0;
    }

    List<Found> frames() {
        return frames;
    }

    long lastFrameEnd() {
        return lastFrameEnd;
    }

    /** Whether there are bytes besides frames that are not zero. */
    boolean mayBeDamaged() {
        return mayBeDamaged;
    }

    /** Whether such bytes stand where a frame would have room. */
    boolean mustBeDamaged() {
        return mustBeDamaged;
    }
}
