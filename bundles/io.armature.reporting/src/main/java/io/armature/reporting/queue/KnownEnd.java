package io.armature.reporting.queue;

/**
 * Where a queue's last segment ended when the queue was closed in good order. Only a hint: whoever
 * opens the queue looks whether the last frame is there and nothing behind it, and else reads the
 * segment.
 *
 * @param firstId of the segment
 * @param end behind its last frame
 * @param nextId the id behind that frame's
 */
public record KnownEnd(long generationId, long firstId, long end, long nextId) {}
