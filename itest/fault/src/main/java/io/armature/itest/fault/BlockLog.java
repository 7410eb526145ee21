package io.armature.itest.fault;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A record of what was written to a disk, in the format of Linux's dm-log-writes
 * (Documentation/admin-guide/device-mapper/log-writes.rst), which QEMU's {@code blklogwrites}
 * writes, too. All numbers are little-endian. The first sector says how many entries follow; each
 * entry is a sector that describes a write, and the sectors written.
 *
 * <pre>
 * first sector: u64 magic, u64 version, u64 entries, u32 bytes of a sector
 * entry:        u64 first sector on the disk, u64 sectors, u64 flags, u64 bytes of a mark's text
 * </pre>
 */
final class BlockLog implements Closeable {

    private static final long MAGIC = 0x6a736677736872L;
    private static final long VERSION = 1;
    private static final int HEAD_BYTES = 32;
    private static final long FLUSH = 1;
    private static final long FORCED = 2;
    private static final long DISCARD = 4;
    private static final long MARK = 8;

    private final FileChannel file;
    private final int sectorBytes;
    private final List<Entry> entries;

    /**
     * One write, flush, or both.
     *
     * @param sector first one on the disk
     * @param sectors how many; 0 for a flush alone
     * @param data where its content is in the record, bytes
     */
    record Entry(long sector, long sectors, long flags, long data) {

        /** When it is done, all that was done before is on the disk for good. */
        boolean flush() {
            return (flags & FLUSH) != 0;
        }

        /** When it is done, it is on the disk for good itself. */
        boolean forced() {
            return (flags & FORCED) != 0;
        }
    }

    private BlockLog(FileChannel file, int sectorBytes, List<Entry> entries) {
        this.file = file;
        this.sectorBytes = sectorBytes;
        this.entries = List.copyOf(entries);
    }

    /** How many entries are sure to be there; 0 before the first flush. Any time. */
    static long count(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer head = read(file, 0, HEAD_BYTES);
            return head.getLong() == MAGIC ? head.getLong(Long.BYTES * 2) : 0;
        }
    }

    /**
     * Reads the entries of a record that is complete; their content is read when it is asked for.
     */
    static BlockLog open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            ByteBuffer head = read(file, 0, HEAD_BYTES);
            if (head.getLong() != MAGIC || head.getLong() != VERSION) {
                throw new IOException("no record of writes of version " + VERSION + ": " + path);
            }
            long count = head.getLong();
            int sectorBytes = head.getInt();
            List<Entry> entries = new ArrayList<>();
            long at = sectorBytes;
            for (long i = 0; i < count; i++) {
                Entry entry = entry(read(file, at, HEAD_BYTES), at + sectorBytes);
                entries.add(entry);
                boolean content = (entry.flags() & DISCARD) == 0;
                at = entry.data() + (content ? entry.sectors() * sectorBytes : 0);
            }
            return new BlockLog(file, sectorBytes, entries);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static Entry entry(ByteBuffer head, long data) throws IOException {
        Entry entry = new Entry(head.getLong(), head.getLong(), head.getLong(), data);
        if (entry.sector() < 0 || entry.sectors() < 0 || (entry.flags() & MARK) != 0) {
            throw new IOException("not an entry that this reads: " + entry);
        }
        return entry;
    }

    private static ByteBuffer read(FileChannel file, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new EOFException("the record ends at " + (at + buffer.position()));
            }
        }
        return buffer.flip();
    }

    /** In the order in which they were done. */
    List<Entry> entries() {
        return entries;
    }

    /**
     * Writes to an image what an entry wrote to the disk. What was discarded stays: a disk may keep
     * it.
     *
     * @param kept of its sectors, counted from 0
     */
    void apply(Entry entry, FileChannel image, LongPredicate kept) throws IOException {
        if ((entry.flags() & DISCARD) != 0) {
            return;
        }
        for (long i = 0; i < entry.sectors(); i++) {
            if (kept.test(i)) {
                ByteBuffer sector = read(file, entry.data() + i * sectorBytes, sectorBytes);
                while (sector.hasRemaining()) {
                    image.write(sector, (entry.sector() + i) * sectorBytes + sector.position());
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
