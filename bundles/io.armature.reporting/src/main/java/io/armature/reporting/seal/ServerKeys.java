package io.armature.reporting.seal;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key in use: found at start among what was delivered earlier and what was provisioned,
 * replaced by deliveries.
 *
 * <p>{@link #load} only reads. Signatures are checked, and the cryptography for that is loaded,
 * when somebody first asks for the key. After {@link #load} all file work is done by the executor,
 * which runs one task at a time; the rest is safe from any thread.
 */
final class ServerKeys {

    private static final Logger log = LoggerFactory.getLogger(ServerKeys.class);

    /** A key in use, since when. */
    private record Active(ServerKey key, long sinceNanos) {}

    private final StoredKeys stored;
    private final Path provisioning;
    private final DeviceClock clock;
    private final Executor executor;
    private final Agreements agreements;
    private final Consumer<ServerKey> activated;

    // Written by load, before any other call; the lists only until the key is chosen.
    private ProvisionedKeys provisioned =
            new ProvisionedKeys(Optional.empty(), Path.of(""), Optional.empty(), List.of());
    private List<StoredKeys.Candidate> candidates = List.of();

    private final Object lock = new Object();
    private volatile boolean development;
    private volatile boolean chosen;
    private volatile Optional<Active> active = Optional.empty();
    private volatile List<Fault> startFaults = List.of();
    private volatile Optional<Fault> deliveryFault = Optional.empty();
    // Guarded by lock; replaced when it has failed.
    private CompletableFuture<Void> delivery = new CompletableFuture<>();
    private boolean closed;

    /**
     * @param executor runs one task at a time, on a thread that may block
     * @param activated called with each key that comes into use, before anybody waiting hears of it
     */
    ServerKeys(
            KeyFiles files,
            Path provisioning,
            DeviceClock clock,
            Executor executor,
            Agreements agreements,
            Consumer<ServerKey> activated) {
        this.stored = new StoredKeys(files);
        this.provisioning = provisioning;
        this.clock = clock;
        this.executor = executor;
        this.agreements = agreements;
        this.activated = activated;
    }

    void load() {
        provisioned = ProvisionedKeys.read(provisioning);
        List<Fault> faults = new ArrayList<>(provisioned.faults());
        try {
            candidates = stored.read();
        } catch (IOException e) {
            faults.add(fault("keys", "stored keys cannot be read: " + FailureText.of(e)));
        }
        startFaults = List.copyOf(faults);
    }

    /** Which of the verification keys counts for what is verified from now on. */
    void development(boolean wanted) {
        development = wanted;
    }

    private Optional<KeySignature> signature() {
        return development ? provisioned.development() : provisioned.signature();
    }

    /** The key to seal with, if there is one. */
    Optional<ServerKey> current() {
        choose();
        return active.map(Active::key);
    }

    /** Since when the current key is in use. */
    Optional<Duration> age() {
        choose();
        return active.map(a -> Duration.ofNanos(clock.monotonicNanos() - a.sinceNanos()));
    }

    /** As {@link Sealing#whenKeyPresent}. */
    CompletionStage<Void> whenPresent() {
        choose();
        synchronized (lock) {
            return active.isPresent() ? CompletableFuture.completedFuture(null) : delivery.copy();
        }
    }

    /** As {@link Sealing#update}. */
    CompletionStage<Void> update(SignedEncryptionInfo signed) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            executor.execute(() -> deliver(signed, done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(shutDown());
        }
        return done;
    }

    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(startFaults);
        deliveryFault.ifPresent(faults::add);
        if (chosen && active.isEmpty()) {
            faults.add(fault("keys", "no encryption key: records wait until the server sends one"));
        }
        return faults;
    }

    /** Fails who waits now or later. */
    void close() {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            closed = true;
            waiting = delivery;
        }
        waiting.completeExceptionally(shutDown());
    }

    private void deliver(SignedEncryptionInfo signed, CompletableFuture<Void> done) {
        try {
            choose();
            ServerKey key = verify(signed);
            activate(key);
            deliveryFault = Optional.empty();
            log.info("key delivered id={}", key.id());
            stored.store(signed);
            done.complete(null);
        } catch (ReportingException e) {
            refuse(e);
            done.completeExceptionally(e);
        } catch (IOException e) {
            // In use all the same; after a restart the server has to send it again.
            deliveryFault =
                    Optional.of(fault("keys", "delivered key not stored: " + FailureText.of(e)));
            done.completeExceptionally(
                    new ReportingException(
                            StatusCode.UNAVAILABLE, "Key is used but not stored", e));
        }
    }

    private void refuse(ReportingException reason) {
        log.warn("delivered key refused reason={}", reason.toString());
        deliveryFault = Optional.of(fault("keys", "delivered key refused: " + reason));
        CompletableFuture<Void> failed;
        synchronized (lock) {
            if (active.isPresent() || closed) {
                return;
            }
            failed = delivery;
            delivery = new CompletableFuture<>();
        }
        failed.completeExceptionally(reason);
    }

    private ServerKey verify(SignedEncryptionInfo signed) throws ReportingException {
        ServerKey key = signature().orElse(new KeySignature(new byte[0])).verify(signed);
        // A signed key that nothing can be agreed on with must not come into use either.
        agreements.agree(key).close();
        return key;
    }

    private void activate(ServerKey key) {
        CompletableFuture<Void> waiting;
        synchronized (lock) {
            if (closed) {
                return;
            }
            active = Optional.of(new Active(key, clock.monotonicNanos()));
            waiting = delivery;
        }
        activated.accept(key);
        waiting.complete(null);
    }

    /** Once: the newest stored key that is signed, else the provisioned one. */
    private void choose() {
        if (chosen) {
            return;
        }
        synchronized (lock) {
            if (chosen) {
                return;
            }
            Optional<ServerKey> key = signature().isPresent() ? chooseSigned() : Optional.empty();
            key.ifPresent(this::activate);
            candidates = List.of();
            chosen = true;
        }
    }

    private Optional<ServerKey> chooseSigned() {
        List<Fault> faults = new ArrayList<>(startFaults);
        List<StoredKeys.Candidate> all = candidates;
        List<StoredKeys.Candidate> bad = new ArrayList<>();
        Optional<StoredKeys.Candidate> winner = Optional.empty();
        Optional<ServerKey> key = Optional.empty();
        for (StoredKeys.Candidate candidate : all) {
            key = candidate.key().flatMap(signed -> tryVerify(signed, candidate.name(), faults));
            if (key.isPresent()) {
                winner = Optional.of(candidate);
                break;
            }
            bad.add(candidate);
        }
        if (key.isEmpty()) {
            key =
                    provisioned
                            .firstKey()
                            .flatMap(s -> tryVerify(s, ProvisionedKeys.ENCRYPTION_KEY, faults));
        }
        startFaults = List.copyOf(faults);
        Optional<StoredKeys.Candidate> kept = winner;
        if (all.size() > (kept.isPresent() ? 1 : 0)) {
            cleanUp(() -> stored.keepOnly(kept, all, bad));
        }
        return key;
    }

    private void cleanUp(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("shutting down: old keys stay until the next start");
        }
    }

    private Optional<ServerKey> tryVerify(
            SignedEncryptionInfo signed, String name, List<Fault> faults) {
        try {
            return Optional.of(verify(signed));
        } catch (ReportingException e) {
            log.warn("key not used name={} reason={}", name, e.toString());
            faults.add(fault(name, "key not used: " + e));
            return Optional.empty();
        }
    }

    private static Fault fault(String subject, String reason) {
        return new Fault("reporting", subject, reason);
    }

    private static ReportingException shutDown() {
        return new ReportingException(
                StatusCode.UNAVAILABLE, "Key not delivered - Storage shuts down");
    }
}
