package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.Receipt;
import java.util.function.Consumer;

/** A record that was accepted but has no place in a queue yet. */
final class Arrival {

    /** Frame, wrapping and sealing around a record, at most. */
    private static final int OVERHEAD_BYTES = 512;

    final QueueKind kind;
    final String token;
    final byte[] record;
    final byte[] digest;
    final boolean hasDestination;
    final long reservedSpace;
    final long sinceNanos;
    final Receipt answer;

    /** Guarded by the admission. */
    int memoryWaits;

    Arrival(
            QueueKind kind,
            String token,
            byte[] record,
            byte[] digest,
            boolean hasDestination,
            long reservedSpace,
            long sinceNanos,
            Consumer<ReportingException> failed) {
        this.kind = kind;
        this.token = token;
        this.record = record;
        this.digest = digest;
        this.hasDestination = hasDestination;
        this.reservedSpace = reservedSpace;
        this.sinceNanos = sinceNanos;
        this.answer = new Receipt(failed);
    }

    /** What it takes of the memory pool: itself, wrapped, and sealed in its frame. */
    long memoryBytes() {
        return 2L * record.length + OVERHEAD_BYTES;
    }
}
