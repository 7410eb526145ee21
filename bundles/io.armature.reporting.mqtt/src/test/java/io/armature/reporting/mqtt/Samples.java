package io.armature.reporting.mqtt;

import com.google.protobuf.ByteString;
import io.armature.reporting.api.testing.MemoryReporting;
import io.armature.reporting.api.testing.QueueValue;
import io.armature.reporting.mqtt.network.NetworkSettings;
import io.armature.reporting.proto.ConfirmRecordUploadRequest;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.proto.UploadEncryptedRecordRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;

/** Records, batches and confirmations of one queue. */
final class Samples {

    static final String GUID = "5b4a1f0e-0000-4000-8000-000000000001";
    static final long GENERATION = 7;
    static final QueueKey QUEUE = new QueueKey(Priority.FAST_BATCH.getNumber(), GUID, GENERATION);

    private Samples() {}

    /** A spool that has the queue. */
    static MemoryReporting spool() {
        return new MemoryReporting()
                .with(
                        new QueueValue(
                                Priority.FAST_BATCH,
                                GUID,
                                GENERATION,
                                0,
                                1_000_000,
                                0,
                                0,
                                Optional.empty(),
                                Optional.empty()));
    }

    static EncryptedRecord record(long id, int bytes) {
        byte[] body = new byte[bytes];
        java.util.Arrays.fill(body, (byte) id);
        return EncryptedRecord.newBuilder()
                .setEncryptedWrappedRecord(ByteString.copyFrom(body))
                .setSequenceInformation(sequence(id))
                .build();
    }

    static SequenceInformation sequence(long id) {
        return SequenceInformation.newBuilder()
                .setSequencingId(id)
                .setGenerationId(GENERATION)
                .setGenerationGuid(GUID)
                .setPriority(Priority.FAST_BATCH)
                .build();
    }

    /** Records with these ids, both ends included. */
    static UploadEncryptedRecordRequest batch(long first, long last, int bytes) {
        return UploadEncryptedRecordRequest.newBuilder()
                .addAllEncryptedRecord(
                        () ->
                                LongStream.rangeClosed(first, last)
                                        .mapToObj(id -> record(id, bytes))
                                        .iterator())
                .setRemainingStorageCapacity(1000)
                .build();
    }

    static ConfirmRecordUploadRequest confirmation(long id) {
        return ConfirmRecordUploadRequest.newBuilder().setSequenceInformation(sequence(id)).build();
    }

    static BridgeSettings settings(String uri, int maxPacketBytes) {
        return settings(uri, maxPacketBytes, null);
    }

    /**
     * @param network null for a plain connection
     */
    static BridgeSettings settings(String uri, int maxPacketBytes, NetworkSettings network) {
        return new BridgeSettings(
                uri,
                "d1",
                "password",
                60,
                30,
                100,
                4 << 20,
                maxPacketBytes,
                new BackOff(10, 50),
                new BackOff(3_000, 600_000),
                "3.1.1",
                Duration.ZERO,
                0,
                BridgeSettings.BUDGET_PERCENTS,
                Optional.ofNullable(network));
    }
}
