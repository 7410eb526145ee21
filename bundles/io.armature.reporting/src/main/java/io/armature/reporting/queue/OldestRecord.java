package io.armature.reporting.queue;

import io.armature.reporting.queue.ReadState.Reading;
import io.armature.reporting.segment.Frame;
import io.armature.reporting.segment.FrameReader;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** When the first unconfirmed record was stored; read once and remembered. Thread-safe. */
final class OldestRecord {

    private final RecordQueue queue;
    private final AtomicInteger changes = new AtomicInteger();
    private long knownId = -1;
    private int knownChanges;
    private Optional<Long> known = Optional.empty();

    OldestRecord(RecordQueue queue) {
        this.queue = queue;
    }

    synchronized Optional<Long> of(long from, long to) {
        if (from >= to) {
            return Optional.empty();
        }
        int now = changes.get();
        if (knownId != from || knownChanges != now) {
            known = read(from);
            knownId = from;
            knownChanges = now;
        }
        return known;
    }

    /** Its file may have gone. Takes no lock: whoever deletes keeps readers out. */
    void forget() {
        changes.incrementAndGet();
    }

    private Optional<Long> read(long id) {
        try (Reading reading = queue.reads().read()) {
            Segment holder = null;
            for (Segment segment : reading.segments()) {
                if (holder == null || segment.firstId() <= id) {
                    holder = segment;
                }
            }
            return holder == null ? Optional.empty() : read(holder, id);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<Long> read(Segment segment, long id) throws IOException {
        try (StorageFile file = queue.files().read(segment)) {
            FrameReader frames =
                    new FrameReader(
                            file,
                            queue.generationId(),
                            segment.offsetBefore(id, SegmentHeader.BYTES),
                            segment.end());
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                if (frame.id() >= id) {
                    return Optional.of(frame.storedMicros());
                }
            }
            return Optional.empty();
        }
    }
}
