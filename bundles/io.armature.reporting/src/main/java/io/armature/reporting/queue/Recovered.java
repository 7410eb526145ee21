package io.armature.reporting.queue;

import java.util.Optional;

/**
 * What a queue's files say at opening.
 *
 * @param confirmed the first id that may still be there, and the first one to offer
 * @param nextId the id behind the last one
 * @param lastDigest digest of record {@code nextId - 1}, the end of the chain; empty if unknown
 * @param resume the last segment if it can be appended to
 */
record Recovered(
        long generationId,
        ConfirmedFile.Position confirmed,
        long nextId,
        Optional<byte[]> lastDigest,
        Optional<Segment> resume) {

    static Recovered nothing(long generationId) {
        return new Recovered(
                generationId,
                new ConfirmedFile.Position(0, 0),
                0,
                Optional.empty(),
                Optional.empty());
    }
}
