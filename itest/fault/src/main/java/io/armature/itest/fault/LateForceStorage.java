package io.armature.itest.fault;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The second mutant: a force of a file returns at once, and is done before the next write to it.
 */
final class LateForceStorage implements Storage {

    private final Storage disk;

    LateForceStorage(Storage disk) {
        this.disk = disk;
    }

    @Override
    public StorageFile create(String path) throws IOException {
        return new LateFile(disk.create(path));
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        return new LateFile(disk.open(path, access));
    }

    @Override
    public List<Entry> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        disk.makeDirectory(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void unlink(String path) throws IOException {
        disk.unlink(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public void close() {
        disk.close();
    }

    /**
     * Owes one force at most. What it owes covers only what was written before it was asked for.
     */
    private static final class LateFile implements StorageFile {

        private final StorageFile file;
        private boolean owed;

        LateFile(StorageFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            if (owed) {
                file.force(true);
                owed = false;
            }
            file.write(source, position);
        }

        @Override
        public void force(boolean length) {
            owed = true;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
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
            if (owed) {
                file.force(true);
                owed = false;
            }
            file.close();
        }
    }
}
