package io.armature.backend.reporting;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes files as a POSIX tar archive, for a caller who can write where this process cannot. Names
 * are short and ASCII.
 */
final class TarDelivery implements Delivery {

    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int CHECKSUM = 148;
    private static final char FILE = '0';
    private static final char FOLDER = '5';

    private final PrintStream out;

    TarDelivery(PrintStream out) {
        this.out = out;
    }

    @Override
    public void open() throws IOException {
        entry("reporting/", FOLDER, "0000755", 0);
    }

    @Override
    public void file(String name, byte[] content, Readers readers) throws IOException {
        entry(name, FILE, readers == Readers.ALL ? "0000644" : "0000600", content.length);
        write(Arrays.copyOf(content, (content.length + BLOCK - 1) / BLOCK * BLOCK));
    }

    /** The owner's and group's numbers are those of root; the time is 0. */
    private void entry(String name, char type, String mode, int length) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > NAME) {
            throw new IllegalArgumentException("name must have at most 100 bytes: " + name);
        }
        byte[] header = new byte[BLOCK];
        System.arraycopy(bytes, 0, header, 0, bytes.length);
        put(header, NAME, mode);
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format(Locale.ROOT, "%011o", length));
        put(header, 136, "00000000000");
        put(header, CHECKSUM, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xFF;
        }
        put(header, CHECKSUM, String.format(Locale.ROOT, "%06o\0", sum));
        write(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes, 0, bytes.length);
        if (out.checkError()) {
            throw new IOException("the caller has gone");
        }
    }

    @Override
    public void close() throws IOException {
        write(new byte[2 * BLOCK]);
    }
}
