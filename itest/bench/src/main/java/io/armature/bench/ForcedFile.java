package io.armature.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The machine's limit: one positional write and one fdatasync per record, into a file whose blocks
 * exist.
 */
final class ForcedFile implements Contender {

    private static final int FILE_BYTES = 64 << 20;

    private FileChannel channel;
    private long position;

    @Override
    public String name() {
        return "append + force, preallocated file";
    }

    @Override
    public void open(Path folder) throws IOException {
        channel =
                FileChannel.open(
                        folder.resolve("records"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
        for (int at = 0; at < FILE_BYTES; at += zeros.capacity()) {
            channel.write(zeros.clear(), at);
        }
        channel.force(true);
    }

    @Override
    public synchronized void append(byte[] record) throws IOException {
        if (position + record.length > FILE_BYTES) {
            position = 0;
        }
        channel.write(ByteBuffer.wrap(record), position);
        channel.force(false);
        position += record.length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
