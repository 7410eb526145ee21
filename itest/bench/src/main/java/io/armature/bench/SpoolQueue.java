package io.armature.bench;

import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/** The reporting spool without an uploader. */
final class SpoolQueue implements Contender {

    private final SealSettings seal;
    private BenchSpool spool;

    private SpoolQueue(SealSettings seal) {
        this.seal = seal;
    }

    static SpoolQueue plain() {
        return new SpoolQueue(BenchSpool.PLAIN);
    }

    /** Opened with the given number of agreements ready. */
    static SpoolQueue sealed(int agreements) {
        return new SpoolQueue(new SealSettings(true, true, agreements));
    }

    @Override
    public String name() {
        return seal.encryption() ? "spool, sealed" : "spool, plain";
    }

    @Override
    public void open(Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("spool"));
        Path keys = Files.createDirectory(folder.resolve("keys"));
        ServerKeys.provision(keys);
        spool = new BenchSpool(FileStorage.open(root), keys, seal);
        append(new byte[] {1});
        awaitAgreements();
    }

    /** Waits until all agreements are ready again. */
    void awaitAgreements() throws IOException {
        spool.awaitAgreements();
    }

    @Override
    public void append(byte[] record) throws IOException {
        BenchSpool.answer(spool.enqueue(record));
    }

    @Override
    public boolean asynchronous() {
        return true;
    }

    @Override
    public CompletionStage<?> appendLater(byte[] record) {
        return spool.enqueue(record);
    }

    @Override
    public void close() {
        spool.close();
    }
}
