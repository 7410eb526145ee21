package io.armature.reporting.storage.model;

import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes every step on to another open file. A double overrides the steps that it changes. */
public class ForwardingFile implements StorageFile {

    private final StorageFile real;

    public ForwardingFile(StorageFile real) {
        this.real = real;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        real.write(source, position);
    }

    @Override
    public void force(boolean length) throws IOException {
        real.force(length);
    }

    @Override
    public long size() throws IOException {
        return real.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        real.truncate(size);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
