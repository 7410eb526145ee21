package io.armature.reporting.segment;

import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks through a segment's frames. Where a frame is damaged it looks for the next good one, so one
 * bad byte costs one record. Not thread-safe.
 */
public final class FrameReader {

    private static final int CHUNK_BYTES = 256 << 10;

    private final StorageFile file;
    private final long generationId;
    private final long end;
    private final int chunkBytes;
    private byte[] chunk = new byte[0];
    private long chunkAt;
    private int chunkLength;
    private long position;
    private long lastFrameEnd;
    private boolean damaged;

    /**
     * @param from offset of a frame, {@link SegmentHeader#BYTES} for the first
     * @param end where to stop: the durable end of an open segment, else the file's length
     */
    public FrameReader(StorageFile file, long generationId, long from, long end) {
        this(file, generationId, from, end, CHUNK_BYTES);
    }

    /**
     * @param chunkBytes what is read at once, if a frame does not need more; {@link
     *     FrameFormat#HEADER_BYTES} or more
     */
    FrameReader(StorageFile file, long generationId, long from, long end, int chunkBytes) {
        this.file = file;
        this.generationId = generationId;
        this.position = from;
        this.lastFrameEnd = from;
        this.end = end;
        this.chunkBytes = chunkBytes;
    }

    /** The next good frame, null at the end. */
    public Frame next() throws IOException {
        while (position + FrameFormat.HEADER_BYTES < end) {
            require(FrameFormat.HEADER_BYTES);
            Frame frame = here();
            if (frame != null) {
                position += frame.length();
                lastFrameEnd = position;
                return frame;
            }
            if (!seekMagic()) {
                return null;
            }
        }
        return null;
    }

    /** Behind the last good frame, or where reading began. */
    public long lastFrameEnd() {
        return lastFrameEnd;
    }

    /** Whether bytes other than zero were passed over: a torn or damaged frame. */
    public boolean damaged() {
        return damaged;
    }

    private Frame here() throws IOException {
        int at = (int) (position - chunkAt);
        if (chunkLength - at < FrameFormat.HEADER_BYTES) {
            return null;
        }
        int payload = FrameFormat.payloadLength(chunk, at);
        if (payload < 0 || position + FrameFormat.HEADER_BYTES + payload > end) {
            return null;
        }
        require(FrameFormat.HEADER_BYTES + payload);
        at = (int) (position - chunkAt);
        if (chunkLength - at < FrameFormat.HEADER_BYTES + payload) {
            return null;
        }
        return FrameFormat.decode(generationId, chunk, at, payload);
    }

    /** Goes to the next place behind this one that may start a frame; false if there is none. */
    private boolean seekMagic() throws IOException {
        long bad = position;
        long at = bad;
        while (at + FrameFormat.HEADER_BYTES < end) {
            position = at;
            require(Math.min(chunkBytes, end - at));
            int stop = chunkLength - (Integer.BYTES - 1);
            for (int i = (int) (at - chunkAt); i < stop; i++) {
                if (chunk[i] != 0) {
                    damaged = true;
                    if (chunkAt + i > bad && isMagic(i)) {
                        position = chunkAt + i;
                        return true;
                    }
                }
            }
            if (chunkAt + stop <= at) {
                break;
            }
            at = chunkAt + stop;
        }
        position = end;
        return false;
    }

    private boolean isMagic(int at) {
        return chunk[at] == (byte) FrameFormat.MAGIC
                && chunk[at + 1] == (byte) (FrameFormat.MAGIC >>> 8)
                && chunk[at + 2] == (byte) (FrameFormat.MAGIC >>> 16)
                && chunk[at + 3] == (byte) (FrameFormat.MAGIC >>> 24);
    }

    /** Has the bytes from the position on in the chunk, fewer only at the end of the file. */
    private void require(long bytes) throws IOException {
        if (position >= chunkAt && position + bytes <= chunkAt + chunkLength) {
            return;
        }
        long left = end - position;
        chunk = new byte[(int) Math.min(left, Math.max(bytes, chunkBytes))];
        chunkAt = position;
        chunkLength = file.read(ByteBuffer.wrap(chunk), position);
    }
}
