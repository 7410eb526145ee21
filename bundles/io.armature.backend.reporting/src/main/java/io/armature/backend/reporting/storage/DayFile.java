package io.armature.backend.reporting.storage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** A file of lines that only grows. What is forced ends with a newline. */
final class DayFile implements Closeable {

    /** Takes lines with their newline. */
    interface Lines {
        /**
         * @param line not kept: the next line overwrites it
         * @param length bytes of the line, its newline included
         * @return false to read no further
         */
        boolean line(byte[] line, int length) throws IOException;
    }

    private final Disk disk;
    private final Path path;
    private final FileChannel channel;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private long length;

    private DayFile(Disk disk, Path path, FileChannel channel, long length) {
        this.disk = disk;
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    /**
     * Makes a file to append to. Its name and its folder's are durable on return. They may be there
     * already: whoever made them may have ended before they were forced.
     */
    static DayFile make(Disk disk, Path path) throws IOException {
        Path folder = path.getParent();
        disk.makeFolder(folder);
        disk.forceFolder(folder.getParent());
        DayFile file = open(disk, path);
        try {
            disk.forceFolder(folder);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Opens a file to append to. */
    static DayFile open(Disk disk, Path path) throws IOException {
        FileChannel channel = disk.open(path);
        try {
            long length = channel.size();
            channel.position(length);
            return new DayFile(disk, path, channel, length);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Adds a line in memory. */
    void add(byte[] line) {
        waiting.writeBytes(line);
    }

    /** Writes and forces what was added; returns the file's length. */
    long commit() throws IOException {
        if (waiting.size() > 0) {
            disk.write(path, channel, ByteBuffer.wrap(waiting.toByteArray()));
            disk.force(path, channel);
            length += waiting.size();
            waiting.reset();
        }
        return length;
    }

    /** Takes back what was written beyond a length, as far as the disk lets us. */
    static void cut(Disk disk, Path path, long length) throws IOException {
        if (Files.exists(path)) {
            try (FileChannel channel = disk.open(path)) {
                channel.truncate(length);
                disk.force(path, channel);
            }
        }
    }

    /**
     * Reads whole lines.
     *
     * @return where the last whole line that was taken ends
     */
    static long read(Path path, long from, long to, Lines lines) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.position(from);
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
            byte[] line = new byte[4096];
            int length = 0;
            long end = from;
            for (long at = from; at < to; at++) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                if (length == line.length) {
                    line = Arrays.copyOf(line, 2 * length);
                }
                line[length++] = (byte) next;
                if (next == '\n') {
                    end = at + 1;
                    if (!lines.line(line, length)) {
                        return end;
                    }
                    length = 0;
                }
            }
            return end;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
