package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Counts what is read, which no load of the machine changes. */
public final class CountedStorage extends ForwardingStorage {

    /** The counts; they outlive the storages that count here. Any thread may ask. */
    public static final class Counts {

        private final Predicate<String> counted;
        private final AtomicLong calls = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();

        /** Counts everything. */
        public Counts() {
            this(path -> true);
        }

        /**
         * @param counted which files and directories count
         */
        public Counts(Predicate<String> counted) {
            this.counted = counted;
        }

        /** A storage that counts here. */
        public CountedStorage over(Storage real) {
            return new CountedStorage(real, this);
        }

        /** Files opened, directories listed, names looked up, and reads. */
        public long calls() {
            return calls.get();
        }

        /** Bytes that reads gave. */
        public long bytesRead() {
            return bytes.get();
        }

        /** Starts at zero again. */
        public void reset() {
            calls.set(0);
            bytes.set(0);
        }

        private void call(String path) {
            if (counted.test(path)) {
                calls.incrementAndGet();
            }
        }

        private void read(String path, int count) {
            if (counted.test(path)) {
                calls.incrementAndGet();
                bytes.addAndGet(Math.max(0, count));
            }
        }
    }

    private final Counts counts;

    private CountedStorage(Storage real, Counts counts) {
        super(real);
        this.counts = counts;
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
        counts.call(directory);
        return super.list(directory);
    }

    @Override
    public boolean exists(String path) throws IOException {
        counts.call(path);
        return super.exists(path);
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        counts.call(path);
        return super.open(path, access);
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(ByteBuffer target, long position) throws IOException {
                int count = super.read(target, position);
                counts.read(path, count);
                return count;
            }
        };
    }
}
