package io.armature.reporting.seal;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Compresses and encrypts records under the server's current public key, and keeps that key.
 *
 * <p>Making one is cheap: it touches no file and loads no cryptography. Any thread may call any
 * method after {@link #load} has returned.
 */
public interface Sealing extends AutoCloseable {

    /**
     * Reads stored and provisioned keys. Called once, first, on a thread that may block. Bad or
     * missing keys are no error: they show in {@link #faults()} and {@link #keyPresent()}.
     */
    void load();

    /**
     * Has records be sealed otherwise from now on; those that wait for a key go on waiting until
     * somebody looks at {@link #keyPresent()} again. The key in use stays, whoever signed it.
     */
    void change(SealSettings settings);

    /**
     * Seals one record on the calling thread. Never waits for a key.
     *
     * @param wrappedRecord serialized WrappedRecord; neither changed nor kept
     * @return a record without sequence information
     * @throws ReportingException NOT_FOUND "Cannot encrypt record - no key"; other codes when
     *     sealing failed
     */
    EncryptedRecord seal(byte[] wrappedRecord) throws ReportingException;

    /** Whether {@link #seal} can work now; always true while encryption is off. */
    boolean keyPresent();

    /**
     * Completes when a key is there, at once if {@link #keyPresent()}. Fails with the
     * verification's {@link ReportingException} when an update with a bad key comes, and with
     * UNAVAILABLE "Key not delivered - Storage shuts down" at {@link #close}. Completes on any
     * thread.
     */
    CompletionStage<Void> whenKeyPresent();

    /** Monotonic time since the current key was loaded or delivered; none without a key in use. */
    Optional<Duration> keyAge();

    /**
     * Verifies a key, uses it at once, stores it durably, then completes. Fails with a {@link
     * ReportingException} and keeps the old key when the signature is bad. Needs no job slot of the
     * spool's.
     */
    CompletionStage<Void> update(SignedEncryptionInfo key);

    /** What an operator should know of keys; empty when all is well. Does not block. */
    List<Fault> faults();

    /** Fails who waits for a key, stops own threads, zeroises secrets. */
    @Override
    void close();
}
