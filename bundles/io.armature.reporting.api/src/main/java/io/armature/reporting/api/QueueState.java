package io.armature.reporting.api;

import io.armature.reporting.proto.Priority;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** One queue as a reader sees it; a value that does not change. */
@ProviderType
public interface QueueState {

    /** The priority of its records. */
    Priority priority();

    /** Empty in single-generation mode. */
    String generationGuid();

    /** 1 to 2^63-1; random, made with the queue. 0 for a queue that could not be opened. */
    long generationId();

    /** The first id that the server has not confirmed. */
    long firstUnconfirmedId();

    /** The id that the next record gets; records unconfirmed = next - first unconfirmed. */
    long nextId();

    /**
     * Bytes of the queue's files on disk, preallocated space included: what counts against the
     * spool's limit. A queue without unconfirmed records keeps its last file.
     */
    long bytes();

    /**
     * Bytes that the unconfirmed records take in these files; 0 if there are none. Confirmed ones
     * may count in where they share a file with the first unconfirmed one.
     */
    long usedBytes();

    /**
     * When the oldest unconfirmed record was stored, microseconds since the epoch; none if all is
     * confirmed.
     */
    Optional<Long> oldestTimestampMicros();

    /** What became of its records up to now; consistent in itself. */
    default QueueCounters counters() {
        return QueueCounters.withoutLoss(nextId());
    }

    /** Why the queue is offline; none if it works. */
    Optional<String> offline();
}
