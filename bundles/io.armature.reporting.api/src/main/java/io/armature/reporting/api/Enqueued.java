package io.armature.reporting.api;

import io.armature.reporting.proto.Priority;

/**
 * Where a stored record is: unique on the device for ever.
 *
 * @param generationGuid random lower-case UUID of the queue, empty in single-generation mode
 * @param generationId 1 to 2^63-1
 * @param sequencingId 0, 1, 2, …
 */
public record Enqueued(
        Priority priority, String generationGuid, long generationId, long sequencingId) {}
