package io.armature.reporting.testing;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Randomness;
import io.armature.platform.api.testing.HandClock;
import io.armature.reporting.Keepsake;
import io.armature.reporting.Spool;
import io.armature.reporting.SpoolFlags;
import io.armature.reporting.SpoolSettings;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.WrappedRecord;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.model.InterceptedStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A spool on a temporary folder, stopped and started at will. */
public final class SpoolFixture implements AutoCloseable {

    private final Path root;
    public final HandClock clock = new HandClock(Instant.parse("2026-06-01T00:00:00Z"), 1_000_000);
    public final RecordingUploader uploader = new RecordingUploader();
    private final Random random = new Random(42);
    private SpoolSettings settings = SpoolSettings.standard();
    private Optional<String> migration = Optional.empty();
    private Keepsake keepsake = Keepsake.NONE;
    private Sealing sealing = PlainSealing.withKey();
    private UnaryOperator<Storage> storage = real -> real;
    private final Semaphore changes = new Semaphore(0);
    private Spool spool;

    public SpoolFixture(Path root) {
        this.root = root;
    }

    public SpoolFixture settings(SpoolSettings value) {
        settings = value;
        return this;
    }

    public SpoolFixture sealing(Sealing value) {
        sealing = value;
        return this;
    }

    /** Has every file operation go through a wrapper. */
    public SpoolFixture storage(UnaryOperator<Storage> wrapper) {
        storage = wrapper;
        return this;
    }

    /** Has every file operation ask whoever is there at the time. */
    public SpoolFixture intercepted(AtomicReference<InterceptedStorage.Interceptor> interceptor) {
        return storage(
                real ->
                        new InterceptedStorage(
                                real, (point, path) -> interceptor.get().before(point, path)));
    }

    public SpoolFixture start() {
        Randomness randomness = random::nextBytes;
        spool =
                new Spool(
                        new Opener(),
                        files -> sealing,
                        clock,
                        randomness,
                        settings,
                        changes::release);
        spool.start();
        return this;
    }

    private final class Opener implements Spool.StorageOpener {

        @Override
        public Storage open() throws IOException {
            return storage.apply(FileStorage.open(root));
        }

        @Override
        public Optional<String> migration() {
            return migration;
        }

        @Override
        public Keepsake keepsake() {
            return keepsake;
        }
    }

    /** Has instances leave to the next one what the disk does not take. */
    public SpoolFixture keepsake(Keepsake value) {
        keepsake = value;
        return this;
    }

    /** Has later starts say so of an old root. */
    public SpoolFixture migrated(String end) {
        migration = Optional.of(end);
        return this;
    }

    public SpoolFixture connect() {
        spool.uploader(uploader);
        return this;
    }

    public SpoolFixture stop() {
        if (spool != null) {
            spool.close(Duration.ofSeconds(10));
            spool = null;
        }
        return this;
    }

    /** As after an end of the process. */
    public SpoolFixture restart() throws IOException {
        stop();
        Files.deleteIfExists(root.resolve("handover"));
        return start();
    }

    /** As after an update of the bundle. */
    public SpoolFixture update() {
        return stop().start();
    }

    public Spool spool() {
        return spool;
    }

    public CompletionStage<Enqueued> enqueue(Priority priority, String data) {
        return spool.enqueue(request(priority, data));
    }

    public static EnqueueRecordRequest request(Priority priority, String data) {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(priority)
                .setRecord(
                        Record.newBuilder()
                                .setData(ByteString.copyFromUtf8(data))
                                .setDestination(Destination.HEARTBEAT_EVENTS))
                .build();
    }

    /** Enqueues and waits for the receipt. */
    public Enqueued store(Priority priority, String data) throws Exception {
        return await(enqueue(priority, data));
    }

    public void confirm(Enqueued upTo) throws Exception {
        await(spool.confirm(confirmation(upTo).build()));
    }

    public static ConfirmRecordUploadRequest.Builder confirmation(Enqueued upTo) {
        return ConfirmRecordUploadRequest.newBuilder()
                .setSequenceInformation(
                        SequenceInformation.newBuilder()
                                .setPriority(upTo.priority())
                                .setGenerationGuid(upTo.generationGuid())
                                .setGenerationId(upTo.generationId())
                                .setSequencingId(upTo.sequencingId()));
    }

    /** Reads everything that is left of a priority, as a server would that never confirms. */
    public List<EncryptedRecord> offered(Priority priority) throws Exception {
        List<EncryptedRecord> records = new ArrayList<>();
        long expected =
                await(spool.queues()).stream()
                        .filter(queue -> queue.priority() == priority)
                        .mapToLong(queue -> queue.nextId() - queue.firstUnconfirmedId())
                        .sum();
        RecordingUploader own = new RecordingUploader();
        spool.uploader(own);
        while (records.size() < expected) {
            own.next().getEncryptedRecordList().stream()
                    .filter(record -> record.getSequenceInformation().getPriority() == priority)
                    .forEach(records::add);
        }
        spool.uploader(null);
        return records;
    }

    /** What is left of a priority: its data, gaps as null. */
    public List<String> left(Priority priority) throws Exception {
        List<String> left = new ArrayList<>();
        for (EncryptedRecord record : offered(priority)) {
            left.add(record.hasEncryptedWrappedRecord() ? data(record) : null);
        }
        return left;
    }

    public Path root() {
        return root;
    }

    /** The files of a queue in order of first id. */
    public List<Path> segments(Enqueued any) throws IOException {
        String prefix = QueueKind.of(any.priority()).orElseThrow().directory();
        String directory =
                any.generationGuid().isEmpty() ? prefix : prefix + "." + any.generationGuid();
        try (Stream<Path> files = Files.list(root.resolve(directory))) {
            return files.filter(file -> file.getFileName().toString().startsWith("P_"))
                    .sorted(Comparator.comparingLong(SpoolFixture::firstId))
                    .toList();
        }
    }

    private static long firstId(Path segment) {
        String name = segment.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Settings of the specification with small segments and one queue for SLOW_BATCH for ever. */
    public static SpoolSettings small(int segmentBytes, long diskBytes) {
        SpoolSettings standard = SpoolSettings.standard();
        return new SpoolSettings(
                diskBytes,
                standard.memoryPoolBytes(),
                standard.waitingBytes(),
                segmentBytes,
                segmentBytes,
                standard.lostAndFoundBytes(),
                standard.jobs(),
                standard.keyWait(),
                standard.rateInterval(),
                standard.idleAfter(),
                new SpoolFlags(Set.of(QueueKind.SLOW_BATCH), false, true),
                standard.uploads());
    }

    /** What a plainly sealed record holds. */
    public static String data(EncryptedRecord record) throws Exception {
        return wrapped(record).getRecord().getData().toStringUtf8();
    }

    public static WrappedRecord wrapped(EncryptedRecord record) throws Exception {
        return WrappedRecord.parseFrom(record.getEncryptedWrappedRecord());
    }

    /**
     * Waits until a look shows what is wanted; looks again whenever the spool says that something
     * has changed.
     */
    public void awaitChange(String wanted, Callable<Boolean> look) throws Exception {
        changes.drainPermits();
        while (!look.call()) {
            if (!changes.tryAcquire(60, TimeUnit.SECONDS)) {
                throw new AssertionError(wanted + ": not within 60 s of the last change");
            }
            changes.drainPermits();
        }
    }

    public static <T> T await(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not completed within 60 s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReportingException known ? known : e;
        }
    }

    /** The failure of a stage. */
    public static ReportingException failure(CompletionStage<?> stage) throws Exception {
        try {
            Object value = await(stage);
            throw new AssertionError("succeeded with " + value);
        } catch (ReportingException e) {
            return e;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
