package io.armature.reporting.api.testing;

import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.Priority;
import java.util.Optional;

/** A queue as a reader sees it, made up by a test or by {@link MemoryReporting}. */
public record QueueValue(
        Priority priority,
        String generationGuid,
        long generationId,
        long firstUnconfirmedId,
        long nextId,
        long bytes,
        long usedBytes,
        Optional<Long> oldestTimestampMicros,
        Optional<String> offline)
        implements QueueState {

    /** One that works, with {@code nextId - firstUnconfirmedId} records. */
    public static QueueValue of(Priority priority, long firstUnconfirmedId, long nextId) {
        return new QueueValue(
                priority,
                MemoryReporting.GUID,
                MemoryReporting.GENERATION,
                firstUnconfirmedId,
                nextId,
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }
}
