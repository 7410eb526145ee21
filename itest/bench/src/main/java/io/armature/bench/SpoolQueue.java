package io.armature.bench;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** The reporting spool without an uploader. */
final class SpoolQueue implements Contender {

    private static final long PAUSE_NANOS = 100_000;

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

    /** Where callers bring more than the memory pool holds, they try again, as the code says. */
    @Override
    public void append(byte[] record) throws IOException {
        while (!appended(record)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean appended(byte[] record) throws IOException {
        try {
            BenchSpool.answer(spool.enqueue(record));
            return true;
        } catch (IOException e) {
            for (Throwable why = e; why != null; why = why.getCause()) {
                if (why instanceof ReportingException refused
                        && refused.code() == StatusCode.RESOURCE_EXHAUSTED) {
                    return false;
                }
            }
            throw e;
        }
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
