package io.armature.reporting.upload;

import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.queue.RecordQueue;
import java.util.List;

/**
 * How far a queue's records went to uploaders: what was never sent, no server can confirm.
 * Thread-safe.
 */
public final class SentIds {

    private final RecordQueue queue;
    private final Outlet outlet;

    // Guarded by this.
    private long next;
    private long earlierNext;

    SentIds(RecordQueue queue, Outlet outlet) {
        this.queue = queue;
        this.outlet = outlet;
        this.next = queue.reads().firstAvailable();
        this.earlierNext = queue.durableNext();
    }

    /** The id behind the last one that went to an uploader since the start of the process. */
    public synchronized long next() {
        return next;
    }

    /** As an earlier instance of the process knew it: nobody else has sent any. */
    public synchronized void goOn(long known) {
        next = Math.max(next, known);
        earlierNext = next;
    }

    /** Before they go: the confirmation may be faster than the reply. */
    synchronized void sending(List<EncryptedRecord> records) {
        long last = records.get(records.size() - 1).getSequenceInformation().getSequencingId();
        next = Math.max(next, last + 1);
    }

    /**
     * The id behind the last one that may be confirmed. What an earlier run of the device sent is
     * not known: it is offered again, and then it may. Where no uploader ever was, whoever confirms
     * is no server, and may confirm all there is.
     */
    public long confirmableNext() {
        return outlet.everConnected() ? next() : queue.durableNext();
    }

    /** Whether an earlier run of the device may have sent the id. */
    public synchronized boolean ofEarlierRun(long id) {
        return id < earlierNext;
    }
}
