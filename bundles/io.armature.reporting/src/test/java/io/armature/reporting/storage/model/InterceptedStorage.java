package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Asks before every step that changes files, so that a test can make it fail, count it or stop. */
public final class InterceptedStorage implements Storage {

    /** The steps that can fail. */
    public enum Point {
        CREATE,
        OPEN,
        WRITE,
        FORCE,
        TRUNCATE,
        RENAME,
        UNLINK,
        MAKE_DIRECTORY,
        FORCE_DIRECTORY
    }

    /** Decides about a step; any thread. */
    public interface Interceptor {
        /** Lets the step happen, or throws instead. */
        void before(Point point, String path) throws IOException;
    }

    private final Storage real;
    private final Interceptor interceptor;

    public InterceptedStorage(Storage real, Interceptor interceptor) {
        this.real = real;
        this.interceptor = interceptor;
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
        interceptor.before(Point.MAKE_DIRECTORY, directory);
        real.makeDirectory(directory);
    }

    @Override
    public StorageFile create(String path) throws IOException {
        interceptor.before(Point.CREATE, path);
        return new InterceptedFile(path, real.create(path));
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        interceptor.before(Point.OPEN, path);
        return new InterceptedFile(path, real.open(path, access));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        interceptor.before(Point.RENAME, from);
        real.rename(from, to);
    }

    @Override
    public void unlink(String path) throws IOException {
        interceptor.before(Point.UNLINK, path);
        real.unlink(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        interceptor.before(Point.FORCE_DIRECTORY, directory);
        real.forceDirectory(directory);
    }

    @Override
    public void close() {
        real.close();
    }

    private final class InterceptedFile implements StorageFile {
        private final String path;
        private final StorageFile file;

        InterceptedFile(String path, StorageFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            interceptor.before(Point.WRITE, path);
            file.write(source, position);
        }

        @Override
        public void force(boolean length) throws IOException {
            interceptor.before(Point.FORCE, path);
            file.force(length);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            interceptor.before(Point.TRUNCATE, path);
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
