package io.armature.bench;

import com.google.protobuf.ByteString;
import io.armature.reporting.Spool;
import io.armature.reporting.SpoolSettings;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.seal.RecordSealing;
import io.armature.reporting.seal.SealSettings;
import io.armature.reporting.storage.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/** The reporting spool as the appliance makes it, without an uploader. */
final class SpoolQueue implements Contender {

    private static final long READY_LIMIT_NANOS = 30_000_000_000L;

    private final SealSettings seal;
    private RecordSealing sealing;
    private Spool spool;
    private BenchClock clock;

    private SpoolQueue(SealSettings seal) {
        this.seal = seal;
    }

    static SpoolQueue plain() {
        return new SpoolQueue(new SealSettings(false, true, 0));
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
        Path provisioned = Files.createDirectory(folder.resolve("keys"));
        ServerKeys.provision(provisioned);
        clock = new BenchClock();
        spool =
                new Spool(
                        () -> FileStorage.open(root),
                        files -> {
                            sealing =
                                    new RecordSealing(
                                            files, provisioned, clock, ServerKeys::random, seal);
                            return sealing;
                        },
                        clock,
                        ServerKeys::random,
                        roomy(SpoolSettings.standard()),
                        () -> {});
        spool.start();
        append(new byte[] {1});
        awaitAgreements();
    }

    /** Nobody confirms here, so the disk pool must hold the whole run. */
    private static SpoolSettings roomy(SpoolSettings device) {
        return new SpoolSettings(
                1L << 30,
                device.memoryPoolBytes(),
                device.waitingBytes(),
                device.segmentBytes(),
                device.firstSegmentBytes(),
                device.lostAndFoundBytes(),
                device.jobs(),
                device.keyWait(),
                device.singleGeneration(),
                device.blockDestinations(),
                device.uploads());
    }

    private void awaitAgreements() throws IOException {
        long end = System.nanoTime() + READY_LIMIT_NANOS;
        while (seal.agreements() > 0 && sealing.agreementsReady() < seal.agreements()) {
            if (System.nanoTime() > end) {
                throw new IOException("agreements not ready: " + sealing.agreementsReady());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void append(byte[] record) throws IOException {
        try {
            enqueue(record).toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public boolean asynchronous() {
        return true;
    }

    @Override
    public CompletionStage<?> appendLater(byte[] record) {
        return enqueue(record);
    }

    private CompletionStage<Enqueued> enqueue(byte[] data) {
        return spool.enqueue(
                EnqueueRecordRequest.newBuilder()
                        .setPriority(Priority.SLOW_BATCH)
                        .setRecord(
                                Record.newBuilder()
                                        .setData(ByteString.copyFrom(data))
                                        .setDestination(Destination.TELEMETRY_METRIC)
                                        .setTimestampUs(1_767_225_600_000_000L))
                        .build());
    }

    @Override
    public void close() {
        spool.close(Duration.ofSeconds(10));
        clock.close();
    }
}
