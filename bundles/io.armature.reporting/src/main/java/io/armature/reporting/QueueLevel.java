package io.armature.reporting;

import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.Priority;
import java.util.Optional;

/** A queue as a reader sees it. */
record QueueLevel(
        Priority priority,
        String generationGuid,
        long generationId,
        long firstUnconfirmedId,
        long nextId,
        long bytes,
        long usedBytes,
        Optional<Long> oldestTimestampMicros,
        QueueCounters counters,
        Optional<String> offline)
        implements QueueState {}
