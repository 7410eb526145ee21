package io.armature.reporting.queue;

/** One record between its order and its answer. */
final class PendingWrite {

    final byte[] record;
    final byte[] digest;
    final long memoryBytes;
    final Receipt answer;

    // The rest belongs to the queue's lock.
    byte[] previous;
    int revision;
    long id;
    byte[] frame;
    boolean failed;

    PendingWrite(byte[] record, byte[] digest, long memoryBytes, Receipt answer) {
        this.record = record;
        this.digest = digest;
        this.memoryBytes = memoryBytes;
        this.answer = answer;
    }
}
