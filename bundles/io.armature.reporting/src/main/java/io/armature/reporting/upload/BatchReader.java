package io.armature.reporting.upload;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.armature.reporting.proto.EncryptedRecord;
import io.armature.reporting.proto.SequenceInformation;
import io.armature.reporting.queue.MemoryPool;
import io.armature.reporting.queue.ReadState.Reading;
import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.queue.Segment;
import io.armature.reporting.segment.Frame;
import io.armature.reporting.segment.FrameReader;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one batch of one queue. Ids that cannot be read become gap records. A batch ends at its
 * limit of bytes or gaps, or where the memory pool has no more, but holds at least one record.
 */
final class BatchReader {

    private static final Logger log = LoggerFactory.getLogger(BatchReader.class);

    /** Sequence information and tags around a record. */
    private static final int ENVELOPE_BYTES = 96;

    private final RecordQueue queue;
    private final MemoryPool memory;
    private final long batchBytes;
    private final int maxGaps;
    private final CachedIds cached;
    private final long durableNext;
    private final List<EncryptedRecord> records = new ArrayList<>();
    private long next;
    private long bytes;
    private int gaps;
    private boolean full;

    /**
     * @param cached ids that the uploader holds already
     */
    BatchReader(
            RecordQueue queue,
            MemoryPool memory,
            UploadSettings limits,
            CachedIds cached,
            long from) {
        this.queue = queue;
        this.memory = memory;
        this.batchBytes = limits.batchBytes();
        this.maxGaps = limits.batchGaps();
        this.cached = cached;
        this.durableNext = queue.durableNext();
        this.next = from;
    }

    /** The caller releases the batch's bytes; nothing stays charged when this throws. */
    Batch read() throws SegmentReadException {
        try (Reading reading = queue.reads().read()) {
            // What was confirmed and deleted just before is no gap.
            next = Math.max(next, queue.reads().start());
            List<Segment> segments = reading.segments();
            for (int i = 0; i < segments.size() && !full && next < durableNext; i++) {
                long bound =
                        i + 1 < segments.size()
                                ? Math.min(segments.get(i + 1).firstId(), durableNext)
                                : durableNext;
                if (next < bound) {
                    gapUpTo(Math.min(segments.get(i).firstId(), bound));
                    readSegment(segments.get(i), bound);
                    gapUpTo(bound);
                }
            }
            gapUpTo(durableNext);
            return new Batch(
                    records, next, bytes, full && next < durableNext, full && records.isEmpty());
        } catch (SegmentReadException | RuntimeException e) {
            memory.releaseUpload(bytes);
            throw e;
        }
    }

    /**
     * What of a segment is missing or was given up is gaps up to its bound: the caller adds them.
     */
    private void readSegment(Segment segment, long bound) throws SegmentReadException {
        if (full) {
            return;
        }
        long from = segment.offsetBefore(next, SegmentHeader.BYTES);
        try (StorageFile file = queue.files().read(segment)) {
            FrameReader frames = new FrameReader(file, queue.generationId(), from, segment.end());
            // Behind the last frame below the bound: others may have been appended meanwhile.
            long walked = from;
            for (Frame frame = frames.next();
                    frame != null && !full && frame.id() < bound;
                    frame = frames.next()) {
                if (frame.id() >= next) {
                    gapUpTo(frame.id());
                    take(frame);
                    if (full) {
                        segment.mark(frame.id(), frames.lastFrameEnd() - frame.length());
                    }
                }
                walked = frames.lastFrameEnd();
            }
            if (!full && walked > from) {
                segment.mark(next, walked);
            }
        } catch (java.nio.file.NoSuchFileException e) {
            log.warn("segment is missing path={}", segment.path());
        } catch (IOException e) {
            if (!segment.salvaged()) {
                throw new SegmentReadException(segment, e);
            }
            segment.giveUp();
            log.debug("segment cannot be opened path={}", segment.path(), e);
        }
    }

    private void take(Frame frame) {
        if (full) {
            return;
        }
        if (cached.contains(frame.id())) {
            next = frame.id() + 1;
            return;
        }
        long size = (long) frame.payloadLength() + ENVELOPE_BYTES;
        if (!fits(size)) {
            full = true;
            return;
        }
        records.add(record(frame));
        bytes += size;
        next = frame.id() + 1;
        full = bytes >= batchBytes;
    }

    /** The first record may have any size. */
    private boolean fits(long size) {
        return (records.isEmpty() || bytes + size <= batchBytes)
                && memory.reserveUpload(bytes, size);
    }

    /** Unreadable ids up to the given one, as many as a batch may hold. */
    private void gapUpTo(long id) {
        while (next < id && !full) {
            if (!cached.contains(next)) {
                if (gaps == maxGaps || !memory.reserveUpload(bytes, ENVELOPE_BYTES)) {
                    full = true;
                    return;
                }
                gaps++;
                records.add(
                        EncryptedRecord.newBuilder()
                                .setSequenceInformation(sequence(next))
                                .build());
                bytes += ENVELOPE_BYTES;
            }
            next++;
        }
    }

    /** A payload that is no plain sealed record counts as unreadable, too. */
    private EncryptedRecord record(Frame frame) {
        EncryptedRecord.Builder builder = EncryptedRecord.newBuilder();
        try {
            ByteString payload =
                    UnsafeByteOperations.unsafeWrap(
                            frame.bytes(), frame.payloadOffset(), frame.payloadLength());
            CodedInputStream in = payload.newCodedInput();
            in.enableAliasing(true);
            EncryptedRecord stored = EncryptedRecord.parseFrom(in);
            if (!stored.hasSequenceInformation()) {
                builder.mergeFrom(stored);
            }
        } catch (IOException e) {
            log.warn("payload is no record queue=\"{}\" id={}", queue.name(), frame.id());
        }
        return builder.setSequenceInformation(sequence(frame.id())).build();
    }

    private SequenceInformation sequence(long id) {
        return SequenceInformation.newBuilder()
                .setSequencingId(id)
                .setGenerationId(queue.generationId())
                .setPriority(queue.name().kind().priority())
                .setGenerationGuid(queue.name().guid())
                .build();
    }
}
