package io.armature.itest.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/**
 * A file's content in the page cache, and which pages of it the platter has not seen. Guarded by
 * the storage.
 */
final class Pages {

    private static final int PAGE = 4096;

    private final Path durable;
    private final BitSet dirty = new BitSet();
    private byte[] content;
    private int size;

    private Pages(Path durable, byte[] content) {
        this.durable = durable;
        this.content = content;
        this.size = content.length;
    }

    static Pages load(Path durable) throws IOException {
        return new Pages(
                durable, Files.exists(durable) ? Files.readAllBytes(durable) : new byte[0]);
    }

    long size() {
        return size;
    }

    int read(ByteBuffer target, long position) {
        int count = (int) Math.max(0, Math.min(target.remaining(), size - position));
        target.put(content, (int) Math.min(position, size), count);
        return count;
    }

    void write(ByteBuffer source, long position) {
        int count = source.remaining();
        int end = Math.toIntExact(position + count);
        if (end > content.length) {
            content = Arrays.copyOf(content, Math.max(end, content.length * 2));
        }
        source.get(content, (int) position, count);
        size = Math.max(size, end);
        if (count > 0) {
            dirty.set((int) position / PAGE, (end - 1) / PAGE + 1);
        }
    }

    void truncate(long newSize) {
        if (newSize < size) {
            Arrays.fill(content, (int) newSize, size, (byte) 0);
            size = (int) newSize;
        }
    }

    /**
     * Brings dirty pages to the platter.
     *
     * @param length also what lies behind the durable length; else that is not durable
     */
    void force(boolean length, PageStep beforePage) throws IOException {
        try (FileChannel file = channel()) {
            if (size < file.size()) {
                file.truncate(size);
            }
            long limit = length ? size : file.size();
            for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
                if ((long) page * PAGE >= limit) {
                    break;
                }
                beforePage.run();
                writePage(file, page, limit);
            }
            if (length) {
                growTo(file, size);
                dirty.clear();
            } else {
                dirty.clear(0, (int) (limit / PAGE));
            }
        } catch (IOException e) {
            forget();
            throw e;
        }
    }

    /** The kernel writes one dirty page back in its own time. */
    void writeBack(Random random) throws IOException {
        int[] pages = dirty.stream().toArray();
        if (pages.length == 0) {
            return;
        }
        try (FileChannel file = channel()) {
            int page = pages[random.nextInt(pages.length)];
            boolean grows = random.nextBoolean();
            writePage(file, page, grows ? size : Math.min(size, file.size()));
        }
    }

    /** After a failed force the kernel holds the pages for clean: no later force writes them. */
    void forget() {
        dirty.clear();
    }

    private void writePage(FileChannel file, int page, long limit) throws IOException {
        int from = page * PAGE;
        int count = (int) Math.min(PAGE, limit - from);
        if (count <= 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(content, from, count);
        growTo(file, from);
        while (bytes.hasRemaining()) {
            file.write(bytes, bytes.position());
        }
    }

    private static void growTo(FileChannel file, long size) throws IOException {
        if (file.size() < size) {
            file.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    private FileChannel channel() throws IOException {
        return FileChannel.open(durable, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** What comes before each page of a force. */
    @FunctionalInterface
    interface PageStep {
        void run() throws IOException;
    }
}
