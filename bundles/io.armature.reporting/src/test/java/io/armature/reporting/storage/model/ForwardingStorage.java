package io.armature.reporting.storage.model;

import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.util.List;

/**
 * Passes every step on to another storage. A double overrides the steps that it changes; what
 * several steps make up, such as replacing a file, goes through those.
 */
public class ForwardingStorage implements Storage {

    private final Storage real;

    public ForwardingStorage(Storage real) {
        this.real = real;
    }

    /** What who creates or opens a file gets; that file itself unless overridden. */
    protected StorageFile opened(String path, StorageFile file) {
        return file;
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
        return opened(path, real.create(path));
    }

    @Override
    public StorageFile open(String path, Access access) throws IOException {
        return opened(path, real.open(path, access));
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
}
