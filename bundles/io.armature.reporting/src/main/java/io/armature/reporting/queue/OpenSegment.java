package io.armature.reporting.queue;

import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segment that a queue appends to. Belongs to the committer's thread. */
final class OpenSegment {

    private static final Logger log = LoggerFactory.getLogger(OpenSegment.class);

    private final StorageFile file;
    private final Segment segment;
    private boolean grown;
    private long position;

    /**
     * @param grown whether the file's length is not durable yet
     */
    OpenSegment(StorageFile file, Segment segment, long position, boolean grown) {
        this.file = file;
        this.segment = segment;
        this.position = position;
        this.grown = grown;
    }

    Segment segment() {
        return segment;
    }

    long freeBytes() {
        return segment.bytes() - position;
    }

    long position() {
        return position;
    }

    /** Writes and forces; on return the bytes are durable. After a failure use no more. */
    void append(ByteBuffer frames) throws IOException {
        int length = frames.remaining();
        file.write(frames, position);
        file.force(grown);
        grown = false;
        position += length;
        segment.end(position);
    }

    /** Makes what an earlier process wrote durable. */
    void force() throws IOException {
        file.force(true);
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            log.warn("close failed path={} error=\"{}\"", segment.path(), e.toString());
        }
    }
}
