package io.armature.bench;

import com.google.protobuf.UnsafeByteOperations;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.testing.MachineClock;
import io.armature.reporting.Spool;
import io.armature.reporting.SpoolSettings;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.seal.RecordSealing;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/** A spool as the appliance makes it, but with a disk pool that holds a whole run. */
final class BenchSpool implements AutoCloseable {

    /** Records as they come, sealed or not. */
    static final SealSettings PLAIN = new SealSettings(false, true, 0);

    private static final long READY_LIMIT_NANOS = 30_000_000_000L;
    private static final long ANSWER_LIMIT_SECONDS = 120;
    private static final long POOL_BYTES = 4L << 30;
    private static final int IN_FLIGHT = 1024;

    private final SealSettings seal;
    private final MachineClock clock = new MachineClock();
    private final AtomicReference<RecordSealing> sealing = new AtomicReference<>();
    private final Spool spool;

    /**
     * Starts opening.
     *
     * @param keys folder with provisioned keys
     * @param segment from the appliance's length of a segment to the one here
     */
    BenchSpool(
            Spool.StorageOpener storage, Path keys, SealSettings seal, IntUnaryOperator segment) {
        this.seal = seal;
        SpoolSettings device = SpoolSettings.standard();
        int segmentBytes = segment.applyAsInt(device.segmentBytes());
        SpoolSettings settings =
                new SpoolSettings(
                        POOL_BYTES,
                        device.memoryPoolBytes(),
                        device.waitingBytes(),
                        segmentBytes,
                        Math.min(device.firstSegmentBytes(), segmentBytes),
                        device.lostAndFoundBytes(),
                        device.jobs(),
                        device.keyWait(),
                        device.rateInterval(),
                        device.idleAfter(),
                        device.flags(),
                        device.uploads());
        spool =
                new Spool(
                        storage,
                        files -> {
                            sealing.set(
                                    new RecordSealing(
                                            files, keys, clock, ServerKeys::random, seal));
                            return sealing.get();
                        },
                        clock,
                        ServerKeys::random,
                        settings,
                        () -> {});
        spool.start();
    }

    /** A spool with segments of the appliance's length. */
    BenchSpool(Storage storage, Path keys, SealSettings seal) {
        this(() -> storage, keys, seal, bytes -> bytes);
    }

    Spool spool() {
        return spool;
    }

    DeviceClock clock() {
        return clock;
    }

    /** Waits until the spool answers. */
    void awaitOpen() throws IOException {
        answer(spool.queues());
    }

    /** Waits until as many agreements are ready as are kept; a first record must have come. */
    void awaitAgreements() throws IOException {
        long end = System.nanoTime() + READY_LIMIT_NANOS;
        while (sealing.get().agreementsReady() < seal.agreements()) {
            if (System.nanoTime() > end) {
                throw new IOException("agreements not ready: " + sealing.get().agreementsReady());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    CompletionStage<Enqueued> enqueue(byte[] data) {
        return spool.enqueue(
                EnqueueRecordRequest.newBuilder()
                        .setPriority(Priority.SLOW_BATCH)
                        .setRecord(
                                Record.newBuilder()
                                        .setData(UnsafeByteOperations.unsafeWrap(data))
                                        .setDestination(Destination.TELEMETRY_METRIC)
                                        .setTimestampUs(1_767_225_600_000_000L))
                        .build());
    }

    /** Stores that many records as fast as the spool takes them. */
    void fill(byte[] record, int count) throws IOException {
        Semaphore window = new Semaphore(IN_FLIGHT);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < count && failure.get() == null; i++) {
            window.acquireUninterruptibly();
            enqueue(record)
                    .whenComplete(
                            (stored, error) -> {
                                if (error != null) {
                                    failure.set(error);
                                }
                                window.release();
                            });
        }
        window.acquireUninterruptibly(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IOException("the spool cannot be filled", failure.get());
        }
    }

    /** The value of a stage, which must come within two minutes. */
    static <T> T answer(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + ANSWER_LIMIT_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        spool.close(Duration.ofSeconds(10));
        clock.close();
    }
}
