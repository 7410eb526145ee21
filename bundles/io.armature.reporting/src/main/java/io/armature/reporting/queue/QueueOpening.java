package io.armature.reporting.queue;

import io.armature.reporting.segment.Frame;
import io.armature.reporting.segment.FrameFormat;
import io.armature.reporting.segment.FrameReader;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.segment.SegmentName;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a queue that is on disk. Names say where each segment starts, so only the last one is read.
 * What does not belong to the queue is set aside, never deleted.
 */
public final class QueueOpening {

    private static final Logger log = LoggerFactory.getLogger(QueueOpening.class);

    /** How far before a known end its last frame is looked for. */
    private static final int WINDOW_BYTES = 16 << 10;

    private final Ground ground;
    private final QueueName name;
    private final Optional<KnownEnd> known;

    /** To open a queue of which only the files tell. */
    public QueueOpening(Ground ground, QueueName name) {
        this(ground, name, Optional.empty());
    }

    /**
     * @param known what the instance that closed it says; believed only if the file agrees
     */
    public QueueOpening(Ground ground, QueueName name, Optional<KnownEnd> known) {
        this.ground = ground;
        this.name = name;
        this.known = known;
    }

    /**
     * @return empty if nothing was ever stored in it
     * @throws IOException if it cannot be read; nothing was changed that matters
     */
    public Optional<RecordQueue> open(RecordQueue.Mode mode, QueueEvents events)
            throws IOException {
        List<Found> found = ownSegments(ground.storage().list(name.directory()));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long generationId = found.get(0).name().generationId();
        List<Segment> segments = new ArrayList<>();
        for (Found each : found) {
            segments.add(
                    new Segment(
                            name.directory() + "/" + each.name().text(),
                            each.name().firstId(),
                            each.bytes(),
                            each.bytes()));
        }
        Tail tail = tail(segments, generationId, mode);
        if (mode == RecordQueue.Mode.DRAINING && segments.size() == 1 && tail.empty()) {
            ground.storage().unlink(segments.get(0).path());
            return Optional.empty();
        }
        Recovered recovered = recovered(generationId, segments.get(0).firstId(), tail);
        SegmentFiles files = new SegmentFiles(ground, name, generationId, segments);
        return Optional.of(new RecordQueue(ground, name, mode, events, files, recovered));
    }

    /** Ids that the server has confirmed are never used again, even if their records got lost. */
    private Recovered recovered(long generationId, long firstId, Tail tail) throws IOException {
        ConfirmedFile.Position kept =
                new ConfirmedFile(ground.storage(), name, generationId)
                        .read()
                        .orElse(new ConfirmedFile.Position(firstId, firstId));
        // What is below the first segment was confirmed and deleted, whatever an old position says.
        ConfirmedFile.Position start =
                new ConfirmedFile.Position(
                        Math.max(firstId, kept.unconfirmed()), Math.max(firstId, kept.available()));
        long confirmed = Math.max(start.unconfirmed(), kept.available());
        return confirmed > tail.nextId()
                ? new Recovered(generationId, start, confirmed, Optional.empty(), Optional.empty())
                : new Recovered(generationId, start, tail.nextId(), tail.digest(), tail.resume());
    }

    /** Removes what a queue without segments leaves. */
    public void removeDirectory() {
        try {
            ground.storage().unlinkIfPresent(name.directory() + "/" + ConfirmedFile.NAME);
            ground.storage().unlinkIfPresent(name.directory());
        } catch (IOException e) {
            log.warn("cannot remove directory={} error=\"{}\"", name.directory(), e.toString());
        }
    }

    private record Found(SegmentName name, long bytes) {}

    /** Segments of the generation that has most of them, by first id. */
    private List<Found> ownSegments(List<Entry> entries) {
        Map<Long, List<Found>> generations = new HashMap<>();
        for (Entry entry : entries) {
            Optional<SegmentName> parsed =
                    entry.kind() == Kind.FILE
                            ? SegmentName.parse(name.kind().prefix(), entry.name())
                            : Optional.empty();
            if (entry.name().equals(ConfirmedFile.NAME)) {
                continue;
            }
            if (parsed.isEmpty()) {
                setAside(entry.name(), "no segment of queue " + name);
            } else {
                generations
                        .computeIfAbsent(parsed.get().generationId(), id -> new ArrayList<>())
                        .add(new Found(parsed.get(), entry.bytes()));
            }
        }
        Optional<List<Found>> own =
                generations.values().stream()
                        .max(
                                Comparator.<List<Found>>comparingInt(List::size)
                                        .thenComparing(list -> list.get(0).name().generationId()));
        for (List<Found> generation : generations.values()) {
            if (generation.get(0).name().generationId() != generationOf(own)) {
                for (Found foreign : generation) {
                    setAside(foreign.name().text(), "another generation of queue " + name);
                }
            }
        }
        List<Found> result = new ArrayList<>(own.orElse(List.of()));
        result.sort(Comparator.comparingLong(each -> each.name().firstId()));
        return result;
    }

    private static long generationOf(Optional<List<Found>> found) {
        return found.map(list -> list.get(0).name().generationId()).orElse(0L);
    }

    /** What cannot be set aside, for want of space perhaps, stays and is passed over. */
    private void setAside(String file, String why) {
        try {
            ground.lostAndFound().take(name.directory() + "/" + file, why);
        } catch (IOException e) {
            log.warn(
                    "cannot set aside queue=\"{}\" file={} error=\"{}\"", name, file, e.toString());
        }
    }

    /**
     * What the end of the last segment says.
     *
     * @param empty whether that segment holds no record
     */
    private record Tail(
            long nextId, Optional<byte[]> digest, Optional<Segment> resume, boolean empty) {}

    private Tail tail(List<Segment> segments, long generationId, RecordQueue.Mode mode)
            throws IOException {
        Segment last = segments.get(segments.size() - 1);
        Scan scan = lastOf(last, generationId);
        if (scan.damaged()) {
            log.warn("damaged or torn tail path={} end={}", last.path(), scan.end());
        }
        Optional<byte[]> digest = scan.digest();
        for (int i = segments.size() - 2; i >= 0 && digest.isEmpty(); i--) {
            digest = scan(segments.get(i), generationId).digest();
        }
        long fileBytes = last.bytes();
        last.end(scan.end());
        boolean clean = !scan.damaged() && scan.header();
        if (mode == RecordQueue.Mode.DRAINING && clean && scan.end() < fileBytes) {
            cut(last, scan.end());
        }
        Optional<Segment> resume =
                clean && mode == RecordQueue.Mode.WRITABLE ? Optional.of(last) : Optional.empty();
        return new Tail(scan.nextId(), digest, resume, scan.empty());
    }

    /**
     * @param digest of the record before {@code nextId}, if this segment knows it
     * @param end behind the last good frame
     */
    private record Scan(
            long nextId,
            Optional<byte[]> digest,
            long end,
            boolean header,
            boolean damaged,
            boolean empty) {}

    /** What the last segment holds: its last frame where the end is known, else all of it. */
    private Scan lastOf(Segment segment, long generationId) throws IOException {
        if (known.isPresent()
                && known.get().generationId() == generationId
                && known.get().firstId() == segment.firstId()) {
            Optional<Scan> found = atEnd(segment, known.get());
            if (found.isPresent()) {
                return found.get();
            }
            log.warn("known end does not match path={} {}", segment.path(), known.get());
        }
        return scan(segment, generationId);
    }

    private Optional<Scan> atEnd(Segment segment, KnownEnd at) throws IOException {
        if (at.end() > segment.bytes() || at.end() <= SegmentHeader.BYTES) {
            return Optional.empty();
        }
        try (StorageFile file = ground.storage().open(segment.path(), Access.READ)) {
            if (header(file).isEmpty() || !zeros(file, at.end(), segment.bytes())) {
                return Optional.empty();
            }
            long from = Math.max(SegmentHeader.BYTES, at.end() - WINDOW_BYTES);
            FrameReader frames = new FrameReader(file, at.generationId(), from, at.end());
            Frame last = null;
            for (Frame frame = frames.next(); frame != null; frame = frames.next()) {
                last = frame;
            }
            return last != null && frames.lastFrameEnd() == at.end() && last.id() == at.nextId() - 1
                    ? Optional.of(
                            new Scan(
                                    at.nextId(),
                                    Optional.of(last.digest()),
                                    at.end(),
                                    true,
                                    false,
                                    false))
                    : Optional.empty();
        }
    }

    /** Whether no frame starts there. */
    private static boolean zeros(StorageFile file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(FrameFormat.HEADER_BYTES, to - from));
        file.read(bytes, from);
        for (int i = 0; i < bytes.position(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<SegmentHeader> header(StorageFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        file.read(bytes, 0);
        return bytes.hasRemaining() ? Optional.empty() : SegmentHeader.decode(bytes.array());
    }

    private Scan scan(Segment segment, long generationId) throws IOException {
        try (StorageFile file = ground.storage().open(segment.path(), Access.READ)) {
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
            return new Scan(
                    next,
                    digest,
                    Math.min(frames.lastFrameEnd(), segment.bytes()),
                    header.isPresent(),
                    frames.damaged(),
                    lastGood == null && !frames.damaged());
        }
    }

    /** Gives preallocated space back: nothing will be appended here again. */
    private void cut(Segment segment, long end) {
        try (StorageFile file = ground.storage().open(segment.path(), Access.CHANGE)) {
            file.truncate(end);
            file.force(true);
            segment.cut(end);
        } catch (IOException e) {
            log.warn("cannot cut path={} error=\"{}\"", segment.path(), e.toString());
        }
    }
}
