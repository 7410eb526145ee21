package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk of which some bytes cannot be read, until it is repaired. Writing works. */
public final class BadSectorStorage implements Storage {

    private record Range(long from, long to) {}

    private final Storage real;
    private final Map<String, Range> bad;
    private final AtomicInteger failures;

    private BadSectorStorage(Storage real, Map<String, Range> bad, AtomicInteger failures) {
        this.real = real;
        this.bad = bad;
        this.failures = failures;
    }

    /** Which bytes are bad; outlives the storages that are opened over it. */
    public static final class Disk {
        private final Map<String, Range> bad = new ConcurrentHashMap<>();
        private final AtomicInteger failures = new AtomicInteger();

        /** The storage on this disk. */
        public Storage over(Storage real) {
            return new BadSectorStorage(real, bad, failures);
        }

        /** Has reads fail that touch these bytes of a file. */
        public void spoil(String path, long from, long to) {
            bad.put(path, new Range(from, to));
        }

        /** Has a file not even be opened. */
        public void spoil(String path) {
            spoil(path, -1, Long.MAX_VALUE);
        }

        /** Has everything be readable again. */
        public void repair() {
            bad.clear();
        }

        /** How many reads and openings failed. */
        public int failures() {
            return failures.get();
        }
    }

    private void check(String path, long from, long to) throws IOException {
        Range range = bad.get(path);
        if (range != null && from < range.to() && to > range.from()) {
            failures.incrementAndGet();
            throw new IOException("Input/output error");
        }
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
        return real.list(directory);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return real.exists(path);
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        real.makeDirectory(directory);
    }

    @Override
    public StorageFile create(String path) throws IOException {
        return new BadFile(path, real.create(path));
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        check(path, -1, 0);
        return new BadFile(path, real.open(path, access));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        real.rename(from, to);
    }

    @Override
    public void unlink(String path) throws IOException {
        real.unlink(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        real.forceDirectory(directory);
    }

    @Override
    public void close() {
        real.close();
    }

    private final class BadFile implements StorageFile {
        private final String path;
        private final StorageFile file;

        BadFile(String path, StorageFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            check(path, position, position + target.remaining());
            return file.read(target, position);
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
}
