package io.armature.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** RocksDB with {@code sync=true}; it groups writers that wait at the same time. */
final class RocksStore implements Contender {

    private final AtomicLong next = new AtomicLong();
    private final Options options = new Options().setCreateIfMissing(true);
    private final WriteOptions durable = new WriteOptions().setSync(true);
    private RocksDB store;

    @Override
    public String name() {
        return "RocksDB sync";
    }

    @Override
    public void open(Path folder) throws IOException {
        RocksDB.loadLibrary();
        try {
            store = RocksDB.open(options, folder.toString());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void append(byte[] record) throws IOException {
        byte[] key = ByteBuffer.allocate(Long.BYTES).putLong(next.getAndIncrement()).array();
        try {
            store.put(durable, key, record);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        store.close();
        durable.close();
        options.close();
    }
}
