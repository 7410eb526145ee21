package io.armature.reporting;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.Counters.Call;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.health.HealthEntries;
import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.seal.KeyFiles;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The spool: accepts records, keeps them, offers them for upload, deletes them once confirmed. Made
 * cheaply; {@link #start} opens it on threads of its own, and calls wait for that without blocking.
 */
public final class Spool implements Reporting {

    /** Takes possession of the spool's files. */
    public interface StorageOpener {
        Storage open() throws IOException;

        /** What became of an older place of the spool when it was opened; empty: there is none. */
        default Optional<String> migration() {
            return Optional.empty();
        }

        /** Where an instance leaves what the disk may not take. */
        default Keepsake keepsake() {
            return Keepsake.NONE;
        }
    }

    private final DeviceClock clock;
    private final SpoolLife life;

    public Spool(
            StorageOpener storage,
            Function<KeyFiles, Sealing> sealing,
            DeviceClock clock,
            Randomness randomness,
            SpoolSettings settings,
            Runnable changed) {
        this.clock = clock;
        this.life = new SpoolLife(storage, sealing, clock, randomness, settings, changed);
    }

    /** Starts opening; returns at once. */
    public void start() {
        life.start();
    }

    /** Completes once it is open; fails if it stays closed. */
    public CompletionStage<Void> serving() {
        return life.serving();
    }

    /** Other settings from now on, without a pause. Those of length: see the README. */
    public void change(SpoolSettings settings, SealSettings seal) {
        life.change(settings, seal);
    }

    /** The uploader to use from now on, null for none. */
    public void uploader(Uploader uploader) {
        life.uploader(uploader);
    }

    /** Answers what was accepted, forces and closes; waits at most as long as given. */
    public void close(Duration limit) {
        life.close(limit);
    }

    public List<Fault> faults() {
        return life.faults();
    }

    /** What can be told without waiting: nothing while the spool opens. */
    List<QueueState> levels() {
        return life.core().map(SpoolCore::states).orElse(List.of());
    }

    /** Bytes of records and batches under way; zero once closed. */
    long memoryBytes() {
        return life.memoryBytes();
    }

    /** Bytes of segments; zero once closed. */
    long diskBytes() {
        return life.diskBytes();
    }

    boolean connected() {
        return life.connected();
    }

    boolean healthRecorded() {
        return life.health().enabled();
    }

    @Override
    public CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request) {
        HealthHistory health = life.health();
        if (request.hasHealthDataLoggingEnabled()) {
            health.enabled(request.getHealthDataLoggingEnabled());
        }
        CompletableFuture<Enqueued> answer;
        try {
            checkEnabled();
            Arrival arrival = arrival(request);
            life.submit(arrival);
            answer = arrival.answer;
        } catch (ReportingException e) {
            life.counters().notStored(e);
            answer = CompletableFuture.failedFuture(e);
        }
        // Who waits for a derived stage cannot help to write, so only then.
        return health.enabled()
                ? Stages.plain(answer, (stored, failure) -> ended(request, stored, failure))
                : answer;
    }

    private void ended(EnqueueRecordRequest request, Enqueued stored, Throwable failure) {
        HealthHistory health = life.health();
        if (failure == null) {
            health.add(HealthEntries.stored(stored.priority(), stored.sequencingId()));
        }
        health.add(
                HealthEntries.enqueued(
                        request.getPriority(), request.getRecord().getDestination(), failure));
    }

    private void checkEnabled() throws ReportingException {
        if (life.disabled()) {
            throw new ReportingException(StatusCode.FAILED_PRECONDITION, "Reporting is disabled");
        }
    }

    private Arrival arrival(EnqueueRecordRequest request) throws ReportingException {
        if (!request.hasRecord()) {
            throw invalid("Request had no Record");
        }
        if (!request.hasPriority()) {
            throw invalid("Request had no Priority");
        }
        QueueKind kind = kind(request.getPriority());
        Record record = request.getRecord();
        if (Writers.isTooLong(record.getDmToken())) {
            throw invalid("Token must have at most " + Writers.TOKEN_BYTES + " bytes");
        }
        if (life.flags().blockDestinations() && life.blocked().contains(record.getDestination())) {
            life.counters().count("ConfigFileRecordBlocked", record.getDestination());
            life.health().add(HealthEntries.blocked(kind.priority(), record.getDestination()));
            throw new ReportingException(StatusCode.CANCELLED, "Record blocked by destination.");
        }
        Record stored =
                record.hasReservedSpace() || record.hasNeedsLocalUnencryptedCopy()
                        ? record.toBuilder()
                                .clearReservedSpace()
                                .clearNeedsLocalUnencryptedCopy()
                                .build()
                        : record;
        byte[] bytes = stored.toByteArray();
        Arrival arrival =
                new Arrival(
                        kind,
                        record.getDmToken(),
                        bytes,
                        digest(bytes),
                        record.getDestination() != Destination.UNDEFINED_DESTINATION,
                        record.getReservedSpace(),
                        clock.monotonicNanos(),
                        life.counters()::notStored);
        if (arrival.memoryBytes() > life.largestWriteBytes()) {
            throw Admission.tooLarge();
        }
        return arrival;
    }

    private static QueueKind kind(Priority priority) throws ReportingException {
        return QueueKind.of(priority).orElseThrow(() -> invalid("Priority must be defined"));
    }

    private static ReportingException invalid(String message) {
        return new ReportingException(StatusCode.INVALID_ARGUMENT, message);
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public CompletionStage<Void> flush(Priority priority) {
        CompletionStage<Void> flushed =
                checked(
                        Call.FLUSH,
                        core -> {
                            kind(priority);
                            return core.flush(priority);
                        });
        return Stages.plain(
                flushed,
                (done, failure) -> {
                    if (life.health().enabled()) {
                        life.health().add(HealthEntries.flushed(priority, failure));
                    }
                });
    }

    @Override
    public CompletionStage<Void> confirm(ConfirmRecordUploadRequest request) {
        if (request.hasHealthDataLoggingEnabled()) {
            life.health().enabled(request.getHealthDataLoggingEnabled());
        }
        return Stages.plain(
                confirmed(request),
                (done, failure) -> {
                    if (life.health().enabled()) {
                        life.health().add(HealthEntries.confirmed(request, failure));
                    }
                });
    }

    private CompletionStage<Void> confirmed(ConfirmRecordUploadRequest request) {
        return checked(
                Call.CONFIRM,
                core -> {
                    if (!request.hasSequenceInformation()) {
                        throw invalid("Request had no SequenceInformation");
                    }
                    SequenceInformation sequence = request.getSequenceInformation();
                    QueueKind kind = kind(sequence.getPriority());
                    return core.confirm(
                            name(kind, sequence.getGenerationGuid()),
                            sequence.getGenerationId(),
                            sequence.getSequencingId(),
                            request.getForceConfirm());
                });
    }

    private static Optional<QueueName> name(QueueKind kind, String guid) {
        try {
            return Optional.of(new QueueName(kind, guid));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
        return checked(Call.KEY, core -> core.updateKey(key));
    }

    @Override
    public CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations list) {
        return checked(
                Call.CONFIGURATION,
                core -> {
                    life.blocked(Set.copyOf(list.getDestinationsList()));
                    life.health().add(HealthEntries.blocked(list));
                    return CompletableFuture.completedFuture(null);
                });
    }

    @Override
    public CompletionStage<List<QueueState>> queues() {
        return life.operate(core -> CompletableFuture.supplyAsync(core::states, life.jobs()));
    }

    @Override
    public CompletionStage<ERPHealthData> health() {
        return life.operate(core -> life.health().all());
    }

    @Override
    public CompletionStage<Void> recordHealth(boolean wanted) {
        life.health().enabled(wanted);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<Metric>> metrics() {
        return life.operate(core -> CompletableFuture.supplyAsync(core::metrics, life.jobs()));
    }

    @Override
    public CompletionStage<Void> count(Observation what, Enum<?> sample, long times) {
        if (times < 1) {
            return CompletableFuture.failedFuture(invalid("Times must be >= 1, was " + times));
        }
        life.counters().add(what.metric(), sample.name(), times);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> accepting() {
        return checked(core -> CompletableFuture.completedFuture(null));
    }

    /** One operation on an open spool. */
    private interface Operation {
        CompletionStage<Void> run(SpoolCore core) throws ReportingException;
    }

    /** Refusals are counted. */
    private CompletionStage<Void> checked(Call call, Operation operation) {
        return Stages.plain(
                checked(operation),
                (done, failure) -> {
                    if (failure != null) {
                        life.counters().failed(call, Stages.reporting(failure));
                    }
                });
    }

    private CompletionStage<Void> checked(Operation operation) {
        return life.operate(
                core -> {
                    try {
                        checkEnabled();
                        return operation.run(core);
                    } catch (ReportingException e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
    }
}
