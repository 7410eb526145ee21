package io.armature.itest.fault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A file's content in the page cache, and which sectors of it the platter has not seen. Its length
 * gets there by itself, too. Guarded by the storage.
 */
final class Pages {

    private static final int SECTOR = 512;

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
            dirty.set((int) position / SECTOR, (end - 1) / SECTOR + 1);
        }
    }

    void truncate(long newSize) {
        if (newSize < size) {
            Arrays.fill(content, (int) newSize, size, (byte) 0);
            size = (int) newSize;
        }
    }

    /**
     * Brings dirty sectors to the platter.
     *
     * @param order for any order, and a length before its content; empty for front to end
     * @param length also what lies behind the durable length; else that is not durable
     */
    void force(boolean length, Optional<Random> order, SectorStep beforeSector) throws IOException {
        try (RandomAccessFile file = file()) {
            if (size < file.length()) {
                file.setLength(size);
            }
            long limit = length ? size : file.length();
            List<Integer> sectors =
                    dirty.stream()
                            .filter(sector -> (long) sector * SECTOR < limit)
                            .boxed()
                            .collect(Collectors.toList());
            if (order.isPresent()) {
                Collections.shuffle(sectors, order.get());
                if (length && order.get().nextBoolean()) {
                    grow(file);
                }
            }
            for (int sector : sectors) {
                beforeSector.run();
                write(file, sector, limit);
            }
            if (length) {
                grow(file);
                dirty.clear();
            } else {
                dirty.clear(0, (int) (limit / SECTOR));
            }
        } catch (IOException e) {
            forget();
            throw e;
        }
    }

    /** The kernel writes some dirty sectors back in its own time, and perhaps the length. */
    void leak(Random random) throws IOException {
        try (RandomAccessFile file = file()) {
            if (random.nextBoolean()) {
                file.setLength(size);
            }
            int[] sectors = dirty.stream().toArray();
            if (sectors.length == 0) {
                return;
            }
            int special = sectors[random.nextInt(sectors.length)];
            int mode = random.nextInt(4);
            for (int sector : sectors) {
                boolean written =
                        switch (mode) {
                            case 0 -> sector == special;
                            case 1 -> sector != special;
                            case 2 -> random.nextBoolean();
                            default -> true;
                        };
                if (written) {
                    write(file, sector, Math.min(size, file.length()));
                }
            }
        }
    }

    /** All of it is on the platter by chance; a force has to write it again all the same. */
    void leakAll() throws IOException {
        try (RandomAccessFile file = file()) {
            grow(file);
            for (int sector : dirty.stream().toArray()) {
                write(file, sector, size);
            }
        }
    }

    /** After a failed force the kernel holds the sectors for clean: no later force writes them. */
    void forget() {
        dirty.clear();
    }

    private void grow(RandomAccessFile file) throws IOException {
        if (file.length() < size) {
            file.setLength(size);
        }
    }

    private void write(RandomAccessFile file, int sector, long limit) throws IOException {
        int from = sector * SECTOR;
        int count = (int) Math.min(SECTOR, limit - from);
        if (count > 0) {
            file.seek(from);
            file.write(content, from, count);
        }
    }

    /** Unlike a channel, it does not mind an interrupt. */
    private RandomAccessFile file() throws IOException {
        return new RandomAccessFile(durable.toFile(), "rw");
    }

    /** What comes before each sector of a force. */
    @FunctionalInterface
    interface SectorStep {
        void run() throws IOException;
    }
}
