package io.armature.backend.reporting.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The steps by which lines come to last: what is written is lost with the power until forced. */
interface Disk {

    /** Makes a folder, and those above it, if missing; its name is not durable yet. */
    void makeFolder(Path folder) throws IOException;

    /** Opens a file to write, and makes it if missing; then its name is not durable yet. */
    FileChannel open(Path file) throws IOException;

    /** Writes all bytes where the channel stands. */
    void write(Path file, FileChannel channel, ByteBuffer bytes) throws IOException;

    /** What was written to the file, and its length, survive power loss on return. */
    void force(Path file, FileChannel channel) throws IOException;

    /** The names of what is in the folder survive power loss on return. */
    void forceFolder(Path folder) throws IOException;
}
