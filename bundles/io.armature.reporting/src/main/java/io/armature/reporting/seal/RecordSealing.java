package io.armature.reporting.seal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.CompressionInformation;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EncryptionInfo;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Seals records as the reporting server expects them: raw Snappy, X25519 with HKDF-SHA256,
 * ChaCha20-Poly1305.
 *
 * <p>Threads of its own: one that checks and stores keys and ends when there is nothing to do, and
 * the filler of the pool of agreements.
 */
public final class RecordSealing implements Sealing {

    /** Idle time after {@link #load} before a device that sends nothing computes ahead anyway. */
    static final Duration START_DELAY = Duration.ofSeconds(10);

    private static final long KEY_THREAD_IDLE_SECONDS = 5;
    private static final long STOP_LIMIT_SECONDS = 2;

    private final DeviceClock clock;
    private final ThreadPoolExecutor keyThread;
    private final AgreementPool agreements;
    private final ServerKeys keys;
    private final Compression compression = new Compression();
    private final RecordCipher cipher = new RecordCipher();
    private volatile SealSettings settings;
    private volatile Optional<DeviceClock.Timer> start = Optional.empty();

    /**
     * @param provisioning directory with the verification key and the first signed key
     */
    public RecordSealing(
            KeyFiles files,
            Path provisioning,
            DeviceClock clock,
            Randomness randomness,
            SealSettings settings) {
        this.settings = settings;
        this.clock = clock;
        this.keyThread = keyThread();
        Agreements computed = new X25519Agreements(randomness);
        this.agreements = new AgreementPool(computed, clock, settings.agreements());
        this.keys =
                new ServerKeys(files, provisioning, clock, keyThread, computed, agreements::use);
    }

    @Override
    public void load() {
        keys.load();
        keys.development(settings.development());
        if (settings.encryption() && settings.agreements() > 0) {
            // Choosing the key starts the filler.
            start = Optional.of(clock.after(START_DELAY, keyThread, keys::current));
        }
    }

    @Override
    public void change(SealSettings changed) {
        settings = changed;
        keys.development(changed.development());
    }

    @Override
    public EncryptedRecord seal(byte[] wrappedRecord) throws ReportingException {
        SealSettings now = settings;
        EncryptedRecord.Builder sealed = EncryptedRecord.newBuilder();
        byte[] blob = wrappedRecord;
        if (now.compression()) {
            Compression.Outcome outcome = compression.compress(wrappedRecord);
            blob = outcome.bytes();
            sealed.setCompressionInformation(
                    CompressionInformation.newBuilder()
                            .setCompressionAlgorithm(outcome.algorithm()));
        }
        if (!now.encryption()) {
            return sealed.setEncryptedWrappedRecord(ByteString.copyFrom(blob)).build();
        }
        Optional<ServerKey> key = keys.current();
        if (key.isEmpty()) {
            throw new ReportingException(StatusCode.NOT_FOUND, "Cannot encrypt record - no key");
        }
        try (Agreement agreement = agreements.take(key.get())) {
            // Both arrays are ours alone: no copies.
            return sealed.setEncryptedWrappedRecord(
                            UnsafeByteOperations.unsafeWrap(cipher.seal(agreement.key(), blob)))
                    .setEncryptionInfo(
                            EncryptionInfo.newBuilder()
                                    .setEncryptionKey(
                                            UnsafeByteOperations.unsafeWrap(
                                                    agreement.ephemeralPublic()))
                                    .setPublicKeyId(key.get().id()))
                    .build();
        }
    }

    @Override
    public boolean keyPresent() {
        return !settings.encryption() || keys.current().isPresent();
    }

    @Override
    public CompletionStage<Void> whenKeyPresent() {
        return settings.encryption() ? keys.whenPresent() : CompletableFuture.completedFuture(null);
    }

    @Override
    public Optional<Duration> keyAge() {
        return settings.encryption() ? keys.age() : Optional.empty();
    }

    @Override
    public CompletionStage<Void> update(SignedEncryptionInfo key) {
        return keys.update(key);
    }

    @Override
    public List<Fault> faults() {
        return settings.encryption() ? keys.faults() : List.of();
    }

    /** Agreements that are computed and not used yet. */
    public int agreementsReady() {
        return agreements.ready();
    }

    @Override
    public void close() {
        start.ifPresent(DeviceClock.Timer::cancel);
        keys.close();
        keyThread.shutdown();
        agreements.close();
        try {
            keyThread.awaitTermination(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadPoolExecutor keyThread() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        1,
                        1,
                        KEY_THREAD_IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "reporting-keys");
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
