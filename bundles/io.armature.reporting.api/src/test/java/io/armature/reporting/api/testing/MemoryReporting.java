package io.armature.reporting.api.testing;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.SignedEncryptionInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A spool in memory with one queue for each priority. It answers at once and as the contract says;
 * a test may also have it hold its answers, or fail. Any thread may call this.
 */
public final class MemoryReporting implements Reporting {

    /** The generation of every queue made here. */
    public static final String GUID = "0b8f6a52-0000-4000-8000-000000000000";

    /** As {@link #GUID}. */
    public static final long GENERATION = 7;

    private static final int LARGEST_BYTES = 1 << 20;
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    /** A record that waits for its answer. */
    public record Call(EnqueueRecordRequest request, CompletableFuture<Enqueued> answer) {}

    private final BlockingQueue<Call> held = new LinkedBlockingQueue<>();
    private final BlockingQueue<ConfirmRecordUploadRequest> confirmed = new LinkedBlockingQueue<>();
    private final BlockingQueue<SignedEncryptionInfo> keys = new LinkedBlockingQueue<>();
    private final BlockingQueue<ListOfBlockedDestinations> configurations =
            new LinkedBlockingQueue<>();
    private final List<EnqueueRecordRequest> stored = new ArrayList<>();
    private final List<Priority> flushed = new ArrayList<>();
    private final Map<Priority, MemoryQueue> queues =
            new TreeMap<>(
                    Comparator.comparing((Priority priority) -> priority != Priority.SECURITY)
                            .thenComparing(Comparator.naturalOrder()));
    private final Map<String, Map<String, Long>> counted = new TreeMap<>();
    private Set<Destination> blocked = Set.of();
    private ERPHealthData history = ERPHealthData.getDefaultInstance();
    private boolean recording;
    private boolean holding;
    private boolean connected = true;
    private StatusCode failure = StatusCode.OK;

    /** From now on records wait in {@link #held()} until the test answers them, or no longer. */
    public synchronized MemoryReporting holding(boolean value) {
        holding = value;
        return this;
    }

    /** From now on every call fails with that code; OK ends it. */
    public synchronized MemoryReporting failing(StatusCode code) {
        failure = code;
        return this;
    }

    /** Whether an uploader is there, as at first. */
    public synchronized MemoryReporting connected(boolean value) {
        connected = value;
        return this;
    }

    /** Adds a queue as an earlier run has left it. */
    public synchronized MemoryReporting with(QueueState left) {
        queues.put(left.priority(), new MemoryQueue(left));
        return this;
    }

    /** Records without answer, in the order of their calls. */
    public BlockingQueue<Call> held() {
        return held;
    }

    /** Stores a record that was held. */
    public void store(Call call) {
        call.answer().complete(stored(call.request()));
    }

    /** Answers a record that was held as a spool does that goes away. */
    public static void handBack(Call call) {
        call.answer()
                .completeExceptionally(
                        new ReportingException(StatusCode.UNAVAILABLE, "The spool is stopping"));
    }

    /** What was stored, in order. */
    public synchronized List<EnqueueRecordRequest> stored() {
        return List.copyOf(stored);
    }

    /** The flushes that succeeded. */
    public synchronized List<Priority> flushed() {
        return List.copyOf(flushed);
    }

    /** The confirmations that succeeded; for a test to take from. */
    public BlockingQueue<ConfirmRecordUploadRequest> confirmed() {
        return confirmed;
    }

    /** The keys that were accepted; for a test to take from. */
    public BlockingQueue<SignedEncryptionInfo> keys() {
        return keys;
    }

    /** The lists of blocked destinations that came; for a test to take from. */
    public BlockingQueue<ListOfBlockedDestinations> configurations() {
        return configurations;
    }

    private synchronized Enqueued stored(EnqueueRecordRequest request) {
        stored.add(request);
        return queues.computeIfAbsent(request.getPriority(), MemoryQueue::new)
                .add(request.getRecord().getData().size());
    }

    @Override
    public CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request) {
        try {
            check(request);
        } catch (ReportingException e) {
            return CompletableFuture.failedFuture(e);
        }
        Call call = new Call(request, new CompletableFuture<>());
        synchronized (this) {
            if (holding) {
                held.add(call);
            } else {
                store(call);
            }
        }
        return call.answer().copy();
    }

    private synchronized void check(EnqueueRecordRequest request) throws ReportingException {
        usable();
        if (!request.hasRecord()) {
            throw new ReportingException(StatusCode.INVALID_ARGUMENT, "no record");
        }
        check(request.hasPriority() ? request.getPriority() : Priority.UNDEFINED_PRIORITY);
        if (request.getRecord().getDestination() == Destination.UNDEFINED_DESTINATION) {
            throw new ReportingException(StatusCode.FAILED_PRECONDITION, "no destination");
        }
        if (blocked.contains(request.getRecord().getDestination())) {
            throw new ReportingException(StatusCode.CANCELLED, "destination is blocked");
        }
        if (request.getRecord().getData().size() > LARGEST_BYTES) {
            throw new ReportingException(StatusCode.OUT_OF_RANGE, "record is too large");
        }
    }

    private void usable() throws ReportingException {
        if (failure != StatusCode.OK) {
            throw new ReportingException(failure, "test");
        }
    }

    private static void check(Priority priority) throws ReportingException {
        if (priority == Priority.UNDEFINED_PRIORITY) {
            throw new ReportingException(StatusCode.INVALID_ARGUMENT, "no priority");
        }
    }

    /** One of the calls that answer nothing. */
    private interface Change {
        void make() throws ReportingException;
    }

    private synchronized CompletionStage<Void> changed(Change change) {
        try {
            usable();
            change.make();
            return CompletableFuture.completedFuture(null);
        } catch (ReportingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> flush(Priority priority) {
        return changed(
                () -> {
                    check(priority);
                    if (!connected) {
                        throw new ReportingException(StatusCode.UNAVAILABLE, "no uploader");
                    }
                    flushed.add(priority);
                });
    }

    @Override
    public CompletionStage<Void> confirm(ConfirmRecordUploadRequest request) {
        return changed(
                () -> {
                    if (!request.hasSequenceInformation()) {
                        throw new ReportingException(StatusCode.INVALID_ARGUMENT, "no sequence");
                    }
                    SequenceInformation upTo = request.getSequenceInformation();
                    MemoryQueue queue = queues.get(upTo.getPriority());
                    if (queue == null || !queue.generationGuid().equals(upTo.getGenerationGuid())) {
                        throw new ReportingException(StatusCode.NOT_FOUND, "no such queue");
                    }
                    if (queue.generationId() != upTo.getGenerationId()) {
                        throw new ReportingException(
                                StatusCode.FAILED_PRECONDITION, "other generation");
                    }
                    queue.confirm(upTo.getSequencingId(), request.getForceConfirm());
                    confirmed.add(request);
                });
    }

    @Override
    public CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
        return changed(
                () -> {
                    if (key.getPublicAsymmetricKey().size() != KEY_BYTES
                            || key.getSignature().size() != SIGNATURE_BYTES) {
                        throw new ReportingException(
                                StatusCode.FAILED_PRECONDITION, "key of wrong size");
                    }
                    keys.add(key);
                });
    }

    @Override
    public CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations list) {
        return changed(
                () -> {
                    blocked = Set.copyOf(list.getDestinationsList());
                    configurations.add(list);
                });
    }

    @Override
    public synchronized CompletionStage<List<QueueState>> queues() {
        return failure == StatusCode.OK
                ? CompletableFuture.completedFuture(
                        queues.values().stream().map(MemoryQueue::state).toList())
                : CompletableFuture.failedFuture(new ReportingException(failure, "test"));
    }

    @Override
    public synchronized CompletionStage<ERPHealthData> health() {
        return CompletableFuture.completedFuture(
                recording ? history : ERPHealthData.getDefaultInstance());
    }

    /** What {@link #health()} gives while it is switched on. */
    public synchronized MemoryReporting history(ERPHealthData value) {
        history = value;
        return this;
    }

    @Override
    public synchronized CompletionStage<Void> recordHealth(boolean wanted) {
        recording = wanted;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<List<Metric>> metrics() {
        List<Metric> all = new ArrayList<>();
        counted.forEach(
                (name, samples) ->
                        samples.forEach(
                                (sample, times) -> all.add(new Metric(name, sample, times))));
        all.add(new Metric("Platform.Missive.StorageUsage", "MiB", queues.size()));
        all.sort(Comparator.comparing(Metric::name));
        return CompletableFuture.completedFuture(List.copyOf(all));
    }

    @Override
    public synchronized CompletionStage<Void> count(Observation what, Enum<?> sample, long times) {
        if (times < 1) {
            return CompletableFuture.failedFuture(
                    new ReportingException(
                            StatusCode.INVALID_ARGUMENT, "Times must be >= 1, was " + times));
        }
        counted.computeIfAbsent("Platform.Missive." + what.metric(), name -> new TreeMap<>())
                .merge(sample.name(), times, Long::sum);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> accepting() {
        return changed(() -> {});
    }
}
