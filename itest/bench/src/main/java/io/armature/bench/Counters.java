package io.armature.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a disk has written and this process allocated meanwhile. The disk's counter is the kernel's
 * for the device: with the file system's journal, and with what other processes write.
 */
final class Counters {

    private static final int SECTOR_BYTES = 512;

    /** Sectors written, among the words of a device's statistics. */
    private static final int SECTORS_WRITTEN = 6;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Optional<Path> disk;
    private final Map<Long, Long> allocated;
    private final long written;

    /**
     * Begins to count.
     *
     * @param folder on the disk that counts
     */
    Counters(Path folder) throws IOException {
        disk = disk(folder);
        allocated = allocated();
        written = written();
    }

    /** A file system need not be on a disk of its own. */
    private static Optional<Path> disk(Path folder) throws IOException {
        long device = (Long) Files.getAttribute(folder, "unix:dev");
        long major = device >> 8 & 0xfff;
        long minor = device & 0xff | device >> 12 & 0xfff00;
        Path statistics = Path.of("/sys/dev/block", major + ":" + minor, "stat");
        return Files.isReadable(statistics) ? Optional.of(statistics) : Optional.empty();
    }

    /** Bytes written since the beginning; NaN where nobody counts. */
    double writtenBytes() throws IOException {
        return disk.isPresent() ? written() - written : Double.NaN;
    }

    /** Bytes that threads have allocated since the beginning; of those that live still. */
    long allocatedBytes() {
        long total = 0;
        for (Map.Entry<Long, Long> thread : allocated().entrySet()) {
            total += thread.getValue() - allocated.getOrDefault(thread.getKey(), 0L);
        }
        return total;
    }

    private Map<Long, Long> allocated() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        Map<Long, Long> all = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) {
                all.put(ids[i], bytes[i]);
            }
        }
        return all;
    }

    private long written() throws IOException {
        if (disk.isEmpty()) {
            return 0;
        }
        String[] words = Files.readString(disk.get()).strip().split("\\s+");
        return SECTOR_BYTES * Long.parseLong(words[SECTORS_WRITTEN]);
    }
}
