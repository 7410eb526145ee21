package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Asks before every step that changes files, so that a test can make it fail, count it or stop. */
public final class InterceptedStorage extends ForwardingStorage {

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

    private final Interceptor interceptor;

    public InterceptedStorage(Storage real, Interceptor interceptor) {
        super(real);
        this.interceptor = interceptor;
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        interceptor.before(Point.MAKE_DIRECTORY, directory);
        super.makeDirectory(directory);
    }

    @Override
    public StorageFile create(String path) throws IOException {
        interceptor.before(Point.CREATE, path);
        return super.create(path);
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        interceptor.before(Point.OPEN, path);
        return super.open(path, access);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        interceptor.before(Point.RENAME, from);
        super.rename(from, to);
    }

    @Override
    public void unlink(String path) throws IOException {
        interceptor.before(Point.UNLINK, path);
        super.unlink(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        interceptor.before(Point.FORCE_DIRECTORY, directory);
        super.forceDirectory(directory);
    }

    @Override
    protected StorageFile opened(String path, StorageFile file) {
        return new InterceptedFile(path, file);
    }

    private final class InterceptedFile extends ForwardingFile {
        private final String path;

        InterceptedFile(String path, StorageFile file) {
            super(file);
            this.path = path;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            interceptor.before(Point.WRITE, path);
            super.write(source, position);
        }

        @Override
        public void force(boolean length) throws IOException {
            interceptor.before(Point.FORCE, path);
            super.force(length);
        }

        @Override
        public void truncate(long size) throws IOException {
            interceptor.before(Point.TRUNCATE, path);
            super.truncate(size);
        }
    }
}
