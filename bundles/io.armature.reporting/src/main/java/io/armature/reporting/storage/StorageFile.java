package io.armature.reporting.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Reads may overlap with anything; writes and forces of one file must not overlap.
 */
public interface StorageFile extends Closeable {

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @return bytes read, less than asked only at the end of the file
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** Writes the whole buffer; not durable before {@link #force}. */
    void write(ByteBuffer source, long position) throws IOException;

    /**
     * Makes what was written durable.
     *
     * @param length also the file's length and allocation, needed after it grew
     */
    void force(boolean length) throws IOException;

    long size() throws IOException;

    /** Cuts the file; durable after a force. */
    void truncate(long size) throws IOException;
}
