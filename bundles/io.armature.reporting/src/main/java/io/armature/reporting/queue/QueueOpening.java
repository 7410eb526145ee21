package io.armature.reporting.queue;

import io.armature.reporting.segment.SegmentName;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a queue that is on disk. Names say where each segment starts, so only the last one is read.
 * What does not belong to the queue is set aside, never deleted.
 */
public final class QueueOpening {

    private static final Logger log = LoggerFactory.getLogger(QueueOpening.class);

    /** What may lie beside segments. */
    private static final Set<String> OWN_FILES =
            Set.of(ConfirmedFile.NAME, UnreadableFile.NAME, UnreadableFile.TEMPORARY);

    /** What becomes of a segment that the disk does not give. */
    private enum Unread {
        FAILS,
        SALVAGED
    }

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
     * Opens it if all of it that matters can be read.
     *
     * @return empty if nothing was ever stored in it
     * @throws IOException if it cannot be read; nothing was changed that matters
     */
    public Optional<RecordQueue> open(RecordQueue.Mode mode, QueueEvents events)
            throws IOException {
        return open(mode, events, Unread.FAILS);
    }

    /**
     * Opens it without what cannot be read. Ids that may have been given to records there are not
     * given again, and nothing is appended to a segment that cannot be read.
     *
     * @return empty if nothing was ever stored in it
     * @throws IOException if not even its directory can be read
     */
    public Optional<RecordQueue> salvage(RecordQueue.Mode mode, QueueEvents events)
            throws IOException {
        return open(mode, events, Unread.SALVAGED);
    }

    private Optional<RecordQueue> open(RecordQueue.Mode mode, QueueEvents events, Unread unread)
            throws IOException {
        List<Found> all = ownSegments(ground.storage().list(name.directory()));
        Optional<ShedLedger.Entry> shed = ground.shed().of(name);
        if (!all.isEmpty()) {
            shed = ground.shed().of(name, all.get(0).name().generationId());
        } else if (shed.isEmpty()) {
            return Optional.empty();
        }
        long generationId =
                all.isEmpty() ? shed.get().generationId() : all.get(0).name().generationId();
        List<Found> found = withoutShed(all, shed);
        UnreadableFile unreadable = new UnreadableFile(ground.storage(), name, generationId);
        List<Segment> segments = segments(found, unreadable.read(), events);
        SegmentScan scan = new SegmentScan(ground, generationId, known);
        Tail tail =
                segments.isEmpty()
                        ? Tail.shed(shed.orElseThrow())
                        : tail(segments, mode, new Reading(scan, unread, events));
        long firstId = segments.isEmpty() ? tail.nextId() : segments.get(0).firstId();
        // Shed ids are offered as gaps, unless all below the first segment was confirmed.
        long floor =
                shed.filter(it -> it.to() >= firstId).map(ShedLedger.Entry::from).orElse(firstId);
        ConfirmedFile.Position kept = confirmed(generationId, floor, unread);
        Recovered recovered = recovered(generationId, floor, kept, tail);
        if (mode == RecordQueue.Mode.DRAINING
                && segments.size() <= 1
                && tail.empty()
                && recovered.confirmed().unconfirmed() >= tail.nextId()) {
            for (Segment empty : segments) {
                ground.storage().unlink(empty.path());
            }
            return Optional.empty();
        }
        if (mode == RecordQueue.Mode.WRITABLE) {
            // Before the first id is given.
            unreadable.keep(segments);
        }
        SegmentFiles files =
                new SegmentFiles(ground, name, generationId, unreadable, segments, true);
        return Optional.of(new RecordQueue(ground, name, mode, events, files, recovered));
    }

    /** Ends what an earlier run began: what it noted as shed must not come back. */
    private List<Found> withoutShed(List<Found> all, Optional<ShedLedger.Entry> shed) {
        List<Found> left = new ArrayList<>();
        for (Found each : all) {
            if (shed.isEmpty() || each.name().firstId() >= shed.get().to()) {
                left.add(each);
            } else {
                delete(name.directory() + "/" + each.name().text());
            }
        }
        return left;
    }

    private void delete(String path) {
        try {
            ground.storage().unlinkIfPresent(path);
        } catch (IOException e) {
            log.warn("unlink failed path={} error=\"{}\"", path, e.toString());
        }
    }

    private List<Segment> segments(
            List<Found> found, Map<Long, UnreadableFile.Entry> unreadable, QueueEvents events) {
        List<Segment> segments = new ArrayList<>();
        for (Found each : found) {
            Segment segment =
                    new Segment(
                            name.directory() + "/" + each.name().text(),
                            each.name().firstId(),
                            each.bytes(),
                            each.bytes());
            UnreadableFile.Entry bad = unreadable.get(segment.firstId());
            if (bad != null) {
                segment.salvage(bad);
                events.unreadable(segment, "some of it could not be read in an earlier run");
            }
            segments.add(segment);
        }
        return segments;
    }

    /** What is not known of it is offered again, which costs nothing but time. */
    private ConfirmedFile.Position confirmed(long generationId, long firstId, Unread unread)
            throws IOException {
        ConfirmedFile.Position nothing = new ConfirmedFile.Position(firstId, firstId);
        try {
            return new ConfirmedFile(ground.storage(), name, generationId).read().orElse(nothing);
        } catch (IOException e) {
            if (unread == Unread.FAILS) {
                throw e;
            }
            log.warn("position not read queue=\"{}\" error=\"{}\"", name, e.toString());
            return nothing;
        }
    }

    /** Ids that the server has confirmed are never used again, even if their records got lost. */
    private static Recovered recovered(
            long generationId, long firstId, ConfirmedFile.Position kept, Tail tail) {
        // What is below the first segment was confirmed and deleted, whatever an old position says.
        ConfirmedFile.Position start =
                new ConfirmedFile.Position(
                        Math.max(firstId, kept.unconfirmed()), Math.max(firstId, kept.available()));
        long confirmed = Math.max(start.unconfirmed(), kept.available());
        return confirmed > tail.nextId()
                ? new Recovered(generationId, start, confirmed, Optional.empty(), Optional.empty())
                : new Recovered(generationId, start, tail.nextId(), tail.digest(), tail.resume());
    }

    /**
     * Removes what a queue without segments leaves.
     *
     * @return whether nothing of it is there any more
     */
    public boolean removeDirectory() {
        try {
            if (!ground.storage().exists(name.directory())) {
                return true;
            }
            for (String own : OWN_FILES) {
                ground.storage().unlinkIfPresent(name.directory() + "/" + own);
            }
            ground.storage().unlinkIfPresent(name.directory());
            return true;
        } catch (IOException e) {
            log.warn("cannot remove directory={} error=\"{}\"", name.directory(), e.toString());
            return false;
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
            if (OWN_FILES.contains(entry.name())) {
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
            long nextId, Optional<byte[]> digest, Optional<Segment> resume, boolean empty) {

        /** All that there was is shed. */
        static Tail shed(ShedLedger.Entry entry) {
            return new Tail(entry.to(), entry.digest(), Optional.empty(), true);
        }
    }

    /** Reads segments for an opening that gives up what cannot be read, or does not. */
    private record Reading(SegmentScan scan, Unread unread, QueueEvents events) {

        SegmentScan.Result last(Segment segment) throws IOException {
            if (segment.salvaged() && unread == Unread.SALVAGED) {
                return scan.salvaged(segment);
            }
            try {
                return segment.salvaged() ? scan.taken(segment) : scan.last(segment);
            } catch (IOException e) {
                return unread(segment, e);
            }
        }

        SegmentScan.Result all(Segment segment) throws IOException {
            if (segment.salvaged() && unread == Unread.SALVAGED) {
                return scan.salvaged(segment);
            }
            try {
                return segment.salvaged() ? scan.taken(segment) : scan.all(segment);
            } catch (IOException e) {
                return unread(segment, e);
            }
        }

        private SegmentScan.Result unread(Segment segment, IOException e) throws IOException {
            if (unread == Unread.FAILS) {
                throw e;
            }
            log.error("segment cannot be read path={} error=\"{}\"", segment.path(), e.toString());
            segment.salvage();
            events.unreadable(segment, e.getMessage());
            return scan.salvaged(segment);
        }
    }

    private Tail tail(List<Segment> segments, RecordQueue.Mode mode, Reading reading)
            throws IOException {
        Segment last = segments.get(segments.size() - 1);
        SegmentScan.Result found = reading.last(last);
        if (found.damaged()) {
            log.warn("damaged or torn tail path={} end={}", last.path(), found.end());
        }
        Optional<byte[]> digest = found.digest();
        // Of a record that may be lost nothing earlier knows the digest.
        boolean none = found.nextId() == last.firstId() && found.lost() == 0;
        boolean earlier = none || !last.salvaged();
        for (int i = segments.size() - 2; i >= 0 && digest.isEmpty() && earlier; i--) {
            digest = reading.all(segments.get(i)).digest();
        }
        long fileBytes = last.bytes();
        last.end(found.end());
        boolean clean = !found.damaged() && found.header();
        if (mode == RecordQueue.Mode.DRAINING && clean && found.end() < fileBytes) {
            cut(last, found.end());
        }
        boolean writable = mode == RecordQueue.Mode.WRITABLE;
        // A queue that nobody will write to again shows by one gap that its end is lost.
        boolean over = !writable && !name.guid().isEmpty();
        long nextId = found.nextId() + (over ? Math.min(found.lost(), 1) : found.lost());
        if (last.salvaged()) {
            last.behind(nextId);
        }
        return new Tail(
                nextId,
                digest,
                clean && writable ? Optional.of(last) : Optional.empty(),
                found.empty());
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
