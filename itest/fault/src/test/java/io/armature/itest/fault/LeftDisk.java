package io.armature.itest.fault;

import io.armature.reporting.BareSpool;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.StatusProto;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import io.armature.reporting.storage.FileStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A disk that a power cut has left: its file system is repaired as at a start, the spool on it
 * opens as always and sends what it has.
 */
final class LeftDisk {

    /** Of e2fsck: errors were corrected, nothing else. */
    private static final int CORRECTED = 1;

    private static final long DEADLINE_SECONDS = 60;

    private final ServerKeys secrets;
    private final Path keys;
    private final long seed;

    /**
     * @param keys what the device was provisioned with
     * @param seed of the records
     */
    LeftDisk(ServerKeys secrets, Path keys, long seed) {
        this.secrets = secrets;
        this.keys = keys;
        this.seed = seed;
    }

    /** One complaint for each promise that the disk does not keep. */
    List<String> complaints(Path image, Path folder, List<Promise> promises) throws Exception {
        int repaired = Tool.status("e2fsck", "-p", image.toString());
        if (repaired > CORRECTED) {
            return List.of("DISK e2fsck ends with " + repaired);
        }
        Files.createDirectories(folder);
        Tool.run("debugfs", "-R", "rdump /spool " + folder, image.toString());
        FakeServer server = new FakeServer(secrets);
        List<String> complaints = new ArrayList<>(sent(folder.resolve("spool"), server));
        complaints.addAll(server.complaints());
        for (Promise promise : promises) {
            byte[] expected =
                    Offer.of(seed, promise.key().writer(), promise.key().number()).content();
            byte[] found = server.contentAt(promise.position()).orElse(null);
            if (found == null) {
                complaints.add("LOST " + promise);
            } else if (!Arrays.equals(expected, found)) {
                complaints.add("OTHER content: " + promise);
            }
        }
        return complaints;
    }

    private List<String> sent(Path root, FakeServer server) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Sink sink = new Sink(server, thread);
        try (BareSpool spool =
                BareSpool.start(
                        FileStorage.open(root), keys, new FastClock(), sink, Room.AMPLE.bytes())) {
            sink.opened(spool);
            sink.empty.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return List.of();
        } catch (TimeoutException e) {
            return List.of("STUCK the spool has not sent all it has");
        } finally {
            thread.shutdownNow();
        }
    }

    /** Takes and confirms everything. */
    private static final class Sink implements Uploader {

        private final FakeServer server;
        private final ExecutorService thread;
        private final CompletableFuture<BareSpool> spool = new CompletableFuture<>();
        private final CompletableFuture<Void> empty = new CompletableFuture<>();

        Sink(FakeServer server, ExecutorService thread) {
            this.server = server;
            this.thread = thread;
        }

        void opened(BareSpool opened) {
            spool.complete(opened);
            for (Priority priority : Priority.values()) {
                if (priority != Priority.UNDEFINED_PRIORITY) {
                    opened.reporting()
                            .flush(priority)
                            .whenComplete((done, failure) -> look(opened));
                }
            }
        }

        @Override
        public CompletionStage<UploadEncryptedRecordResponse> upload(
                UploadEncryptedRecordRequest request) {
            List<EncryptedRecord> batch = request.getEncryptedRecordList();
            spool.thenAcceptAsync(opened -> take(opened, batch), thread);
            return CompletableFuture.completedFuture(
                    UploadEncryptedRecordResponse.newBuilder()
                            .setStatus(StatusProto.newBuilder().setCode(0))
                            .build());
        }

        private void take(BareSpool opened, List<EncryptedRecord> batch) {
            server.store(batch);
            if (!batch.isEmpty()) {
                opened.reporting()
                        .confirm(
                                ConfirmRecordUploadRequest.newBuilder()
                                        .setSequenceInformation(
                                                batch.get(batch.size() - 1)
                                                        .getSequenceInformation())
                                        .build())
                        .whenComplete((done, failure) -> look(opened));
            }
        }

        private void look(BareSpool opened) {
            opened.reporting()
                    .queues()
                    .thenAccept(
                            queues -> {
                                if (queues.stream().allMatch(Sink::sent)) {
                                    empty.complete(null);
                                }
                            });
        }

        private static boolean sent(QueueState queue) {
            return queue.nextId() == queue.firstUnconfirmedId() && queue.offline().isEmpty();
        }
    }
}
