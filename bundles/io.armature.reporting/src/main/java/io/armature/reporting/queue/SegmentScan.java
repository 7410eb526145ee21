package io.armature.reporting.queue;

import io.armature.reporting.segment.Frame;
import io.armature.reporting.segment.FrameFormat;
import io.armature.reporting.segment.FrameReader;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads of a segment what an opening must know: where its records end and the chain goes on. */
final class SegmentScan {

    private static final Logger log = LoggerFactory.getLogger(SegmentScan.class);

    /** How far before a known end its last frame is looked for. */
    private static final int WINDOW_BYTES = 16 << 10;

    private static final int CHUNK_BYTES = BadBlocks.BLOCK_BYTES;

    private final Ground ground;
    private final long generationId;
    private final Optional<KnownEnd> known;

    /**
     * @param known where an earlier instance says that the queue ends
     */
    SegmentScan(Ground ground, long generationId, Optional<KnownEnd> known) {
        this.ground = ground;
        this.generationId = generationId;
        this.known = known.filter(end -> end.generationId() == generationId);
    }

    /**
     * @param digest of the record before {@code nextId}, if this segment knows it
     * @param end behind the last good frame
     * @param lost how many records there may be behind that on blocks that cannot be read, at most
     */
    record Result(
            long nextId,
            Optional<byte[]> digest,
            long end,
            boolean header,
            boolean damaged,
            boolean empty,
            long lost) {}

    /** What the last segment holds: its last frame where the end is known, else all of it. */
    Result last(Segment segment) throws IOException {
        Optional<KnownEnd> end = knownIn(segment);
        if (end.isPresent()) {
            Optional<Result> found = atEnd(segment, end.get());
            if (found.isPresent()) {
                return found.get();
            }
            log.warn("known end does not match path={} {}", segment.path(), end.get());
        }
        return all(segment);
    }

    private Optional<KnownEnd> knownIn(Segment segment) {
        return known.filter(end -> end.firstId() == segment.firstId());
    }

    private Optional<Result> atEnd(Segment segment, KnownEnd at) throws IOException {
        if (at.end() > segment.bytes() || at.end() <= SegmentHeader.BYTES) {
            return Optional.empty();
        }
        try (StorageFile file = SegmentFiles.read(ground.storage(), segment)) {
            if (header(file).isEmpty() || !zeros(file, at.end(), segment.bytes())) {
                return Optional.empty();
            }
            long from = Math.max(SegmentHeader.BYTES, at.end() - WINDOW_BYTES);
            FrameReader frames = new FrameReader(file, generationId, from, at.end());
            Frame last = null;
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                last = frame;
            }
            return last != null && frames.lastFrameEnd() == at.end() && last.id() == at.nextId() - 1
                    ? Optional.of(
                            new Result(
                                    at.nextId(),
                                    Optional.of(last.digest()),
                                    at.end(),
                                    true,
                                    false,
                                    false,
                                    0))
                    : Optional.empty();
        }
    }

    /** Whether no frame starts there. */
    private static boolean zeros(StorageFile file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(FrameFormat.HEADER_BYTES, to - from));
        file.read(bytes, from);
        return behindLastByte(bytes) == 0;
    }

    /** Behind the last byte that was read and is not zero. */
    private static int behindLastByte(ByteBuffer bytes) {
        int end = bytes.position();
        while (end > 0 && bytes.get(end - 1) == 0) {
            end--;
        }
        return end;
    }

    private static Optional<SegmentHeader> header(StorageFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        file.read(bytes, 0);
        return bytes.hasRemaining() ? Optional.empty() : SegmentHeader.decode(bytes.array());
    }

    /** What a segment holds, read from its first frame to its end. */
    Result all(Segment segment) throws IOException {
        try (StorageFile file = SegmentFiles.read(ground.storage(), segment)) {
            Optional<SegmentHeader> header = header(file);
            FrameReader frames =
                    new FrameReader(file, generationId, SegmentHeader.BYTES, segment.bytes());
            long next = segment.firstId();
            Frame lastGood = null;
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                if (frame.id() >= next) {
                    next = frame.id() + 1;
                    lastGood = frame;
                }
            }
            Optional<byte[]> digest =
                    lastGood != null
                            ? Optional.of(lastGood.digest())
                            : header.flatMap(SegmentHeader::previousDigest);
            long end = Math.min(frames.lastFrameEnd(), segment.bytes());
            long lost = segment.salvaged() ? lostBehind(file, segment, end) : 0;
            return new Result(
                    next,
                    lost == 0 ? digest : Optional.empty(),
                    end,
                    header.isPresent(),
                    frames.damaged() || segment.salvaged(),
                    lastGood == null && !frames.damaged() && lost == 0,
                    lost);
        }
    }

    /**
     * What can be had of a segment that cannot be read as a whole; never fails. Its ids are taken:
     * as many as an earlier run or instance says, else as many as may have been on the bad blocks.
     */
    Result salvaged(Segment segment) {
        try {
            return taken(segment);
        } catch (IOException e) {
            log.warn("segment cannot be opened path={} error=\"{}\"", segment.path(), e.toString());
            segment.giveUp();
            return taken(
                    segment,
                    new Result(
                            segment.firstId(),
                            Optional.empty(),
                            SegmentHeader.BYTES,
                            false,
                            true,
                            false,
                            mostFrames(segment.bytes() - SegmentHeader.BYTES)));
        }
    }

    /** As {@link #salvaged}, unless the segment cannot even be opened. */
    Result taken(Segment segment) throws IOException {
        return taken(segment, all(segment));
    }

    private Result taken(Segment segment, Result read) {
        long taken = knownIn(segment).map(KnownEnd::nextId).orElse(segment.behind());
        return taken == 0
                ? read
                : new Result(
                        Math.max(read.nextId(), taken),
                        read.nextId() >= taken ? read.digest() : Optional.empty(),
                        read.end(),
                        read.header(),
                        true,
                        false,
                        0);
    }

    /**
     * Frames lie one behind the other: where zeros follow the last one, nothing was lost. Else
     * there may be as many as fit up to the last byte that is bad or not zero.
     */
    private static long lostBehind(StorageFile file, Segment segment, long end) throws IOException {
        BadBlocks bad = segment.badBlocks().orElseThrow();
        long header = Math.min(end + FrameFormat.HEADER_BYTES, segment.bytes());
        if (!bad.touch(end, header) && zeros(file, end, segment.bytes())) {
            return 0;
        }
        long behind = end;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long at = end; at < segment.bytes(); at += CHUNK_BYTES - at % CHUNK_BYTES) {
            long to = Math.min(at + CHUNK_BYTES - at % CHUNK_BYTES, segment.bytes());
            chunk.clear().limit((int) (to - at));
            file.read(chunk, at);
            int used = behindLastByte(chunk);
            behind = bad.touch(at, to) ? to : used > 0 ? at + used : behind;
        }
        return mostFrames(behind - end);
    }

    /** The shortest payload has one byte. */
    private static long mostFrames(long bytes) {
        return Math.max(0, (bytes + FrameFormat.HEADER_BYTES) / (FrameFormat.HEADER_BYTES + 1));
    }
}
