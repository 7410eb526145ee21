package io.armature.itest.guest;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the archive from which a kernel fills its first file system: cpio, "newc", no checksums.
 */
final class CpioArchive implements Closeable {

    private static final String MAGIC = "070701";
    private static final String LAST = "TRAILER!!!";
    private static final int ALIGNMENT_BYTES = 4;
    private static final int MINOR_BITS = 8;

    private final OutputStream out;
    private long written;
    private int entries;

    CpioArchive(Path file) throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    /**
     * Adds an entry that root owns.
     *
     * @param path without a slash at its beginning
     * @param mode kind and permissions, as of stat(2)
     * @param device major number times 256 plus minor number; 0 for all but devices
     */
    void add(String path, int mode, int device, byte[] content) throws IOException {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        int[] fields = {
            ++entries,
            mode,
            0, // user
            0, // group
            1, // links
            0, // time
            content.length,
            0, // device that the entry is on
            0,
            device >> MINOR_BITS,
            device & ((1 << MINOR_BITS) - 1),
            name.length,
            0 // checksum
        };
        StringBuilder header = new StringBuilder(MAGIC);
        for (int field : fields) {
            header.append(String.format("%08X", field));
        }
        write(header.toString().getBytes(StandardCharsets.US_ASCII));
        write(name);
        align();
        write(content);
        align();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    private void align() throws IOException {
        while (written % ALIGNMENT_BYTES != 0) {
            out.write(0);
            written++;
        }
    }

    @Override
    public void close() throws IOException {
        try (out) {
            add(LAST, 0, 0, new byte[0]);
        }
    }
}
