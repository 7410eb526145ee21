package io.armature.reporting;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.Destination;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.Record;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.FileStorage;
import io.armature.reporting.testing.PlainSealing;
import io.armature.reporting.testing.RealClock;
import io.armature.reporting.testing.RecordingUploader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Measures the spool by hand: one line a figure. Argument: a directory on the disk in question. */
public final class SpoolSpeed {

    private static final int RECORD_BYTES = 512;

    private final Path directory;
    private final byte[] data = new byte[RECORD_BYTES];
    private final DeviceClock clock = new RealClock();

    private SpoolSpeed(Path directory) {
        this.directory = directory;
        new SecureRandom().nextBytes(data);
    }

    public static void main(String[] arguments) throws Exception {
        SpoolSpeed speed = new SpoolSpeed(Path.of(arguments[0]));
        for (int round = 0; round < 3; round++) {
            double peer = speed.appendAndForce();
            speed.oneCaller("plain", peer, PlainSealing.withKey());
            speed.blockedCallers();
            speed.asynchronous();
            speed.drain();
            speed.opening();
        }
        System.exit(0);
    }

    private double appendAndForce() throws IOException {
        Path file = Files.createTempFile(directory, "peer", null);
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.READ))) {
            channel.write(ByteBuffer.allocate(4 << 20), 0);
            channel.force(true);
            ByteBuffer buffer = ByteBuffer.allocateDirect(RECORD_BYTES + 200);
            int count = 4000;
            long position = 0;
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                buffer.clear();
                position += channel.write(buffer, position);
                channel.force(false);
            }
            return told("append + force", count, start);
        } finally {
            Files.delete(file);
        }
    }

    private static double told(String what, long count, long startNanos) {
        double rate = count * 1e9 / (System.nanoTime() - startNanos);
        System.out.printf("%-28s %12.0f /s%n", what, rate);
        return rate;
    }

    private Spool spool(Path root, Sealing sealing) {
        SecureRandom random = new SecureRandom();
        SpoolSettings standard = SpoolSettings.standard();
        SpoolSettings large =
                new SpoolSettings(
                        4L << 30,
                        standard.memoryPoolBytes(),
                        standard.waitingBytes(),
                        standard.segmentBytes(),
                        standard.firstSegmentBytes(),
                        standard.lostAndFoundBytes(),
                        standard.jobs(),
                        standard.keyWait(),
                        standard.singleGeneration(),
                        false,
                        standard.uploads());
        Spool spool =
                new Spool(
                        () -> FileStorage.open(root),
                        files -> sealing,
                        clock,
                        random::nextBytes,
                        large,
                        () -> {});
        spool.start();
        return spool;
    }

    private EnqueueRecordRequest request() {
        return EnqueueRecordRequest.newBuilder()
                .setPriority(Priority.MANUAL_BATCH)
                .setRecord(
                        Record.newBuilder()
                                .setData(UnsafeByteOperations.unsafeWrap(data))
                                .setTimestampUs(1)
                                .setDestination(Destination.HEARTBEAT_EVENTS))
                .build();
    }

    private void oneCaller(String name, double peer, Sealing sealing) throws Exception {
        Path root = Files.createTempDirectory(directory, "spool");
        Spool spool = spool(root, sealing);
        int count = 4000;
        for (int i = 0; i < 500; i++) {
            spool.enqueue(request()).toCompletableFuture().get();
        }
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            spool.enqueue(request()).toCompletableFuture().get();
        }
        double rate = told("one caller, " + name, count, start);
        System.out.printf("   of append + force %.3f%n", rate / peer);
        end(spool, root);
    }

    private void blockedCallers() throws Exception {
        Path root = Files.createTempDirectory(directory, "spool");
        Spool spool = spool(root, PlainSealing.withKey());
        int each = 1000;
        int threads = 64;
        CountDownLatch done = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            new Thread(
                            () -> {
                                for (int i = 0; i < each; i++) {
                                    spool.enqueue(request()).toCompletableFuture().join();
                                }
                                done.countDown();
                            })
                    .start();
        }
        done.await();
        told("64 blocked callers", (long) each * threads, start);
        end(spool, root);
    }

    private void asynchronous() throws Exception {
        Path root = Files.createTempDirectory(directory, "spool");
        Spool spool = spool(root, PlainSealing.withKey());
        int count = 200_000;
        fill(spool, count);
        end(spool, root);
    }

    private void fill(Spool spool, int count) throws Exception {
        Semaphore inFlight = new Semaphore(2000);
        AtomicLong failed = new AtomicLong();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            inFlight.acquire();
            spool.enqueue(request())
                    .whenComplete(
                            (stored, failure) -> {
                                inFlight.release();
                                if (failure != null) {
                                    failed.incrementAndGet();
                                }
                            });
        }
        inFlight.acquire(2000);
        told("asynchronous", count, start);
        if (failed.get() > 0) {
            System.out.println("   FAILED " + failed);
        }
    }

    private void drain() throws Exception {
        Path root = Files.createTempDirectory(directory, "spool");
        Spool spool = spool(root, PlainSealing.withKey());
        int count = 400_000;
        fill(spool, count);
        CompletableFuture<Void> drained = new CompletableFuture<>();
        long start = System.nanoTime();
        spool.uploader(
                request -> {
                    EncryptedRecord last =
                            request.getEncryptedRecord(request.getEncryptedRecordCount() - 1);
                    spool.confirm(
                                    ConfirmRecordUploadRequest.newBuilder()
                                            .setSequenceInformation(last.getSequenceInformation())
                                            .build())
                            .thenRun(
                                    () -> {
                                        if (last.getSequenceInformation().getSequencingId()
                                                == count - 1) {
                                            drained.complete(null);
                                        }
                                    });
                    return CompletableFuture.completedFuture(RecordingUploader.ok());
                });
        drained.get();
        told("drain and confirm", count, start);
        end(spool, root);
    }

    private void opening() throws Exception {
        Path root = Files.createTempDirectory(directory, "spool");
        Spool spool = spool(root, PlainSealing.withKey());
        byte[] large = new byte[900 << 10];
        Enqueued stored = null;
        for (int i = 0; i < 1000; i++) {
            stored =
                    spool.enqueue(
                                    request().toBuilder()
                                            .setRecord(
                                                    Record.newBuilder()
                                                            .setData(ByteString.copyFrom(large))
                                                            .setDestination(
                                                                    Destination.HEARTBEAT_EVENTS))
                                            .build())
                            .toCompletableFuture()
                            .get();
        }
        spool.close(Duration.ofSeconds(10));
        long start = System.nanoTime();
        Spool again = spool(root, PlainSealing.withKey());
        again.queues().toCompletableFuture().get();
        System.out.printf(
                "opening %d records, %d segments: %.1f ms%n",
                stored.sequencingId() + 1,
                again.queues().toCompletableFuture().get().get(0).bytes() >> 21,
                (System.nanoTime() - start) / 1e6);
        end(again, root);
    }

    private static void end(Spool spool, Path root) throws IOException {
        spool.close(Duration.ofSeconds(10));
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
