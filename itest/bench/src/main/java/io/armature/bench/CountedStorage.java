package io.armature.bench;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a spool reads, which no load of the machine changes. */
final class CountedStorage implements Storage {

    private final Storage storage;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    CountedStorage(Storage storage) {
        this.storage = storage;
    }

    /** Files opened, directories listed, and reads. */
    long calls() {
        return calls.get();
    }

    long bytesRead() {
        return bytes.get();
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
        calls.incrementAndGet();
        return storage.list(directory);
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        storage.makeDirectory(directory);
    }

    @Override
    public StorageFile create(String path) throws IOException {
        return new CountedFile(storage.create(path));
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        calls.incrementAndGet();
        return new CountedFile(storage.open(path, access));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        storage.rename(from, to);
    }

    @Override
    public void unlink(String path) throws IOException {
        storage.unlink(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        storage.forceDirectory(directory);
    }

    @Override
    public void close() {
        storage.close();
    }

    private final class CountedFile implements StorageFile {

        private final StorageFile file;

        CountedFile(StorageFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            calls.incrementAndGet();
            int read = file.read(target, position);
            bytes.addAndGet(Math.max(0, read));
            return read;
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
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
