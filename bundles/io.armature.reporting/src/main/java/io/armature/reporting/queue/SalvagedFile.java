package io.armature.reporting.queue;

import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that the disk cannot read as a whole. Blocks that fail read as zeros, so that whoever
 * walks through its frames loses those that touch them and finds the others.
 */
public record SalvagedFile(StorageFile file, BadBlocks bad) implements StorageFile {

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        int length = (int) Math.max(0, Math.min(target.remaining(), size() - position));
        for (int done = 0; done < length; ) {
            long at = position + done;
            int inBlock = (int) (BadBlocks.BLOCK_BYTES - at % BadBlocks.BLOCK_BYTES);
            int bytes = Math.min(inBlock, length - done);
            readBlock(target.slice(start + done, bytes), at);
            done += bytes;
        }
        target.position(start + length);
        return length;
    }

    private void readBlock(ByteBuffer part, long position) {
        long block = position / BadBlocks.BLOCK_BYTES;
        if (!bad.contains(block)) {
            try {
                file.read(part, position);
                return;
            } catch (IOException e) {
                bad.add(block);
            }
        }
        part.clear().put(new byte[part.capacity()]);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        file.write(source, position);
    }

    @Override
    public void force(boolean length) throws IOException {
        file.force(length);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
