package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk of which some bytes cannot be read, until it is repaired. Writing works. */
public final class BadSectorStorage extends ForwardingStorage {

    private record Range(long from, long to) {}

    private final Map<String, Range> bad;
    private final AtomicInteger failures;

    private BadSectorStorage(Storage real, Map<String, Range> bad, AtomicInteger failures) {
        super(real);
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
    public StorageFile open(String path, Access access) throws IOException {
        check(path, -1, 0);
        return super.open(path, access);
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                check(path, position, position + target.remaining());
                return super.read(target, position);
            }
        };
    }
}
