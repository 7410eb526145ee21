package io.armature.bench;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.Observation;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.Uploader;
import io.armature.reporting.mqtt.BareBridge;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.ERPHealthData;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.ListOfBlockedDestinations;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import io.armature.reporting.proto.UploadEncryptedRecordResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A full spool with its bridge, as one device has them. */
final class UploadedSpool implements AutoCloseable {

    private final BenchSpool spool;
    private final BareBridge bridge;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    private final CompletableFuture<Void> confirmed = new CompletableFuture<>();
    private final AtomicLong unacknowledged;
    private final long lastId;

    /**
     * Connects; nothing is uploaded yet.
     *
     * @param records in the spool, with ids from 0
     */
    UploadedSpool(BenchSpool spool, long records, UploadServer.Device device, UploadServer server)
            throws IOException {
        this.spool = spool;
        this.unacknowledged = new AtomicLong(records);
        this.lastId = records - 1;
        this.bridge =
                new BareBridge(
                        server.broker(),
                        device.id(),
                        device.password(),
                        spool.clock(),
                        ServerKeys::random,
                        new Confirmations(),
                        available -> connected.complete(null));
        bridge.start();
        BenchSpool.answer(connected);
        spool.awaitOpen();
    }

    /** Gives the spool its way out; returns when the broker has acknowledged all records. */
    Sample toAcknowledgement() throws IOException {
        return run(acknowledged);
    }

    /** Gives the spool its way out; returns when it has deleted what the server confirmed. */
    Sample toConfirmation() throws IOException {
        return run(confirmed);
    }

    private Sample run(CompletableFuture<Void> end) throws IOException {
        long start = System.nanoTime();
        spool.spool().uploader(new Acknowledged());
        BenchSpool.answer(end);
        return new Sample(lastId + 1, System.nanoTime() - start, new long[0]);
    }

    @Override
    public void close() {
        bridge.close();
        spool.close();
    }

    /** Counts what the bridge answers. */
    private final class Acknowledged implements Uploader {

        @Override
        public CompletionStage<UploadEncryptedRecordResponse> upload(
                UploadEncryptedRecordRequest request) {
            int records = request.getEncryptedRecordCount();
            return bridge.uploader()
                    .upload(request)
                    .whenComplete(
                            (reply, failure) -> {
                                if (failure != null) {
                                    acknowledged.completeExceptionally(failure);
                                } else if (unacknowledged.addAndGet(-records) == 0) {
                                    acknowledged.complete(null);
                                }
                            });
        }
    }

    /** The spool as the bridge sees it; notes the last confirmation. */
    private final class Confirmations implements Reporting {

        @Override
        public CompletionStage<Void> confirm(ConfirmRecordUploadRequest request) {
            return spool.spool()
                    .confirm(request)
                    .whenComplete(
                            (done, failure) -> {
                                if (failure != null) {
                                    confirmed.completeExceptionally(failure);
                                } else if (request.getSequenceInformation().getSequencingId()
                                        == lastId) {
                                    confirmed.complete(null);
                                }
                            });
        }

        @Override
        public CompletionStage<Enqueued> enqueue(EnqueueRecordRequest request) {
            return spool.spool().enqueue(request);
        }

        @Override
        public CompletionStage<Void> flush(Priority priority) {
            return spool.spool().flush(priority);
        }

        @Override
        public CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
            return spool.spool().updateKey(key);
        }

        @Override
        public CompletionStage<Void> updateConfiguration(ListOfBlockedDestinations list) {
            return spool.spool().updateConfiguration(list);
        }

        @Override
        public CompletionStage<List<QueueState>> queues() {
            return spool.spool().queues();
        }

        @Override
        public CompletionStage<ERPHealthData> health() {
            return spool.spool().health();
        }

        @Override
        public CompletionStage<Void> recordHealth(boolean wanted) {
            return spool.spool().recordHealth(wanted);
        }

        @Override
        public CompletionStage<List<Metric>> metrics() {
            return spool.spool().metrics();
        }

        @Override
        public CompletionStage<Void> count(Observation what, Enum<?> sample, long times) {
            return spool.spool().count(what, sample, times);
        }

        @Override
        public CompletionStage<Void> accepting() {
            return spool.spool().accepting();
        }
    }
}
