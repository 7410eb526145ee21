package io.armature.bench;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** H2's MVStore, committed and forced for each record. */
final class MvFile implements Contender {

    private final AtomicLong next = new AtomicLong();
    private MVStore store;
    private MVMap<Long, byte[]> records;

    @Override
    public String name() {
        return "H2 MVStore, commit + sync";
    }

    @Override
    public void open(Path folder) {
        store =
                new MVStore.Builder()
                        .fileName(folder.resolve("records.mv").toString())
                        .autoCommitDisabled()
                        .open();
        records = store.openMap("records");
    }

    @Override
    public void append(byte[] record) {
        records.put(next.getAndIncrement(), record);
        store.commit();
        store.sync();
    }

    @Override
    public void close() {
        store.closeImmediately();
    }
}
