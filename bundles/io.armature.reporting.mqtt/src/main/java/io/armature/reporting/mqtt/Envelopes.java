package io.armature.reporting.mqtt;

import com.google.protobuf.ByteString;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.proto.UploadEnvelope;
import java.util.List;
import java.util.Optional;

/**
 * Puts parts into envelopes, with what is to be said besides. Belongs to the bridge's thread but
 * for {@link #say}, {@link #faults} and {@link #close}.
 */
final class Envelopes implements AutoCloseable {

    private static final int BATCH_ID_BYTES = 16;

    private final Randomness randomness;
    private volatile Optional<QueueStatements> statements = Optional.empty();

    /**
     * @param randomness for the ids of batches
     */
    Envelopes(Randomness randomness) {
        this.randomness = randomness;
    }

    /** From now on they say what the queues keep. Any thread may call this. */
    void say(QueueStatements source) {
        statements = Optional.of(source);
    }

    /** What an operator should know. Any thread may call this. */
    List<Fault> faults() {
        return statements.map(QueueStatements::faults).orElse(List.of());
    }

    /** Waits a little for a statement that is being made. Any thread may call this. */
    @Override
    public void close() {
        statements.ifPresent(QueueStatements::close);
    }

    /**
     * A serialized {@link UploadEnvelope}.
     *
     * @param limitBytes how large something that can wait may make it
     */
    byte[] of(Part part, int limitBytes) {
        byte[] batchId = new byte[BATCH_ID_BYTES];
        randomness.fill(batchId);
        UploadEnvelope.Builder envelope =
                UploadEnvelope.newBuilder()
                        .setBatchId(ByteString.copyFrom(batchId))
                        .setRequest(part.request());
        Optional<QueueStatements> source = statements;
        source.ifPresent(
                s -> part.queue().flatMap(s::firstKept).ifPresent(envelope::setFirstKeptId));
        byte[] alone = envelope.build().toByteArray();
        return source.map(s -> s.join(alone, limitBytes)).orElse(alone);
    }
}
