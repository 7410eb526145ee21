package io.armature.reporting.testing;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.seal.Sealing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Seals nothing: the wrapped record is stored as it is, so that tests can read it. */
public class PlainSealing implements Sealing {

    private volatile CompletableFuture<Void> key = new CompletableFuture<>();
    private volatile Duration age = Duration.ZERO;

    /** Has no key yet. */
    public static PlainSealing withoutKey() {
        return new PlainSealing();
    }

    public static PlainSealing withKey() {
        PlainSealing sealing = new PlainSealing();
        sealing.key.complete(null);
        return sealing;
    }

    @Override
    public void load() {}

    /** There is nothing to change. */
    @Override
    public void change(SealSettings settings) {}

    @Override
    public EncryptedRecord seal(byte[] wrappedRecord) throws ReportingException {
        return EncryptedRecord.newBuilder()
                .setEncryptedWrappedRecord(ByteString.copyFrom(wrappedRecord))
                .build();
    }

    @Override
    public boolean keyPresent() {
        return key.isDone();
    }

    @Override
    public CompletionStage<Void> whenKeyPresent() {
        return key;
    }

    @Override
    public Optional<Duration> keyAge() {
        return keyPresent() ? Optional.of(age) : Optional.empty();
    }

    /** Has the key be as old. */
    public void age(Duration value) {
        age = value;
    }

    /** A key without signature is bad. */
    @Override
    public CompletionStage<Void> update(SignedEncryptionInfo info) {
        if (info.hasSignature()) {
            key.complete(null);
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> waiting = key;
        ReportingException bad =
                new ReportingException(StatusCode.INVALID_ARGUMENT, "Verification failed");
        if (!waiting.isDone()) {
            key = new CompletableFuture<>();
            waiting.completeExceptionally(bad);
        }
        return CompletableFuture.failedFuture(bad);
    }

    @Override
    public List<Fault> faults() {
        return List.of();
    }

    @Override
    public void close() {
        key.completeExceptionally(
                new ReportingException(
                        StatusCode.UNAVAILABLE, "Key not delivered - Storage shuts down"));
    }
}
