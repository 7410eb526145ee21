package io.armature.reporting.doctor;

import io.armature.reporting.api.SpoolExamination;
import io.armature.reporting.api.SpoolExamination.Cause;
import io.armature.reporting.api.SpoolExamination.Foreign;
import io.armature.reporting.api.SpoolExamination.Gap;
import io.armature.reporting.api.SpoolExamination.Queue;
import io.armature.reporting.queue.ConfirmedFile;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.queue.ShedLedger;
import io.armature.reporting.queue.UnreadableFile;
import io.armature.reporting.segment.SegmentHeader;
import io.armature.reporting.segment.SegmentName;
import io.armature.reporting.storage.LostAndFound;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.storage.Storage.Access;
import io.armature.reporting.storage.Storage.Entry;
import io.armature.reporting.storage.Storage.Kind;
import io.armature.reporting.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads everything below a spool's root once; changes nothing. For one thread. */
final class SpoolReading {

    /** What may lie in the root beside queues. */
    private static final Pattern OWN =
            Pattern.compile("lock|handover|Health|shed|shed\\.tmp|EncryptionKey\\..*");

    /** What may lie beside a queue's segments. */
    private static final Set<String> QUEUE_OWN =
            Set.of(ConfirmedFile.NAME, UnreadableFile.NAME, UnreadableFile.TEMPORARY);

    private final Storage storage;
    private final ShedLedger ledger;
    private final List<QueueReading> queues = new ArrayList<>();
    private final List<Entry> strays = new ArrayList<>();

    /**
     * A queue as it was found.
     *
     * @param segments by first id
     * @param shed what was given up of it for want of space
     * @param unconfirmed first id that is not known to be confirmed
     */
    record QueueReading(
            QueueName name,
            long generationId,
            List<SegmentReading> segments,
            Optional<ShedLedger.Entry> shed,
            long unconfirmed) {

        /** The first id that a segment holds, or would. */
        long firstId() {
            return segments.isEmpty() ? shed.orElseThrow().to() : segments.get(0).name().firstId();
        }
    }

    private SpoolReading(Storage storage) {
        this.storage = storage;
        this.ledger =
                new ShedLedger(
                        storage,
                        (path, why) -> {
                            throw new IOException("only looked at");
                        });
    }

    static SpoolReading of(Storage storage) throws IOException {
        SpoolReading reading = new SpoolReading(storage);
        List<Entry> root = new ArrayList<>(storage.list(""));
        root.sort(Comparator.comparing(Entry::name));
        for (Entry entry : root) {
            Optional<QueueName> queue =
                    entry.kind() == Kind.DIRECTORY
                            ? QueueName.ofDirectory(entry.name())
                            : Optional.empty();
            if (queue.isPresent()) {
                reading.queue(queue.get());
            } else if (!OWN.matcher(entry.name()).matches()
                    && !entry.name().equals(LostAndFound.DIRECTORY)) {
                reading.strays.add(entry);
            }
        }
        reading.queues.sort(
                Comparator.comparing((QueueReading each) -> each.name().kind())
                        .thenComparing(each -> each.name().guid()));
        return reading;
    }

    List<QueueReading> queues() {
        return queues;
    }

    private void queue(QueueName name) throws IOException {
        Map<Long, Map<Long, SegmentName>> generations = new TreeMap<>();
        for (Entry entry : storage.list(name.directory())) {
            Optional<SegmentName> segment =
                    entry.kind() == Kind.FILE
                            ? SegmentName.parse(name.kind().prefix(), entry.name())
                            : Optional.empty();
            if (segment.isPresent()) {
                generations
                        .computeIfAbsent(segment.get().generationId(), id -> new TreeMap<>())
                        .put(segment.get().firstId(), segment.get());
            } else if (!QUEUE_OWN.contains(entry.name())) {
                stray(name.directory(), entry);
            }
        }
        // As the spool chooses: the generation with most segments, then the higher one.
        Optional<Map<Long, SegmentName>> own =
                generations.values().stream().max(Comparator.comparingInt(Map::size));
        for (Map<Long, SegmentName> generation : generations.values()) {
            if (generation != own.orElseThrow()) {
                for (SegmentName segment : generation.values()) {
                    stray(name.directory(), entry(name.directory(), segment.text()));
                }
            }
        }
        if (own.isPresent()) {
            List<SegmentName> names = List.copyOf(own.get().values());
            long generationId = names.get(0).generationId();
            queues.add(read(name, generationId, ledger.of(name, generationId), names));
        } else {
            Optional<ShedLedger.Entry> shed = ledger.of(name);
            if (shed.isPresent()) {
                queues.add(read(name, shed.get().generationId(), shed, List.of()));
            }
        }
    }

    private QueueReading read(
            QueueName name,
            long generationId,
            Optional<ShedLedger.Entry> shed,
            List<SegmentName> found) {
        // What was noted as shed and is still there goes at the next start.
        List<SegmentName> names =
                found.stream()
                        .filter(it -> it.firstId() >= shed.map(ShedLedger.Entry::to).orElse(0L))
                        .toList();
        Map<Long, UnreadableFile.Entry> givenUp =
                new UnreadableFile(storage, name, generationId).read();
        List<SegmentReading> segments = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            long bound = i + 1 < names.size() ? names.get(i + 1).firstId() : Long.MAX_VALUE;
            String path = name.directory() + "/" + names.get(i).text();
            Optional<List<Integer>> known =
                    Optional.ofNullable(givenUp.get(names.get(i).firstId()))
                            .map(UnreadableFile.Entry::blocks);
            segments.add(read(path, names.get(i), bound, known));
        }
        long firstId = names.isEmpty() ? shed.orElseThrow().to() : names.get(0).firstId();
        long floor =
                shed.filter(it -> it.to() >= firstId).map(ShedLedger.Entry::from).orElse(firstId);
        return new QueueReading(
                name, generationId, segments, shed, unconfirmed(name, generationId, floor));
    }

    private SegmentReading read(
            String path, SegmentName name, long bound, Optional<List<Integer>> known) {
        try {
            return SegmentReading.of(storage, path, name, bound, known, frame -> {});
        } catch (IOException e) {
            return SegmentReading.unread(path, name, e);
        }
    }

    /** What cannot be read of it costs only that records are offered again. */
    private long unconfirmed(QueueName name, long generationId, long floor) {
        try {
            return new ConfirmedFile(storage, name, generationId)
                    .read()
                    .map(ConfirmedFile.Position::unconfirmed)
                    .orElse(floor);
        } catch (IOException e) {
            return floor;
        }
    }

    private void stray(String directory, Entry entry) {
        strays.add(
                new Entry(
                        directory + "/" + entry.name(),
                        entry.kind(),
                        entry.bytes(),
                        entry.modifiedMillis()));
    }

    private Entry entry(String directory, String name) throws IOException {
        return storage.list(directory).stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException(directory + "/" + name + " went away"));
    }

    SpoolExamination examination(boolean inUse) throws IOException {
        return new SpoolExamination(
                inUse,
                ledger.look().map(why -> ShedLedger.NAME + " " + why).stream().toList(),
                queues.stream().map(SpoolReading::examined).toList(),
                foreign(),
                setAside());
    }

    /** Whether what was shed is noted in a file that nothing can be read from. */
    boolean ledgerDamaged() {
        return ledger.damaged();
    }

    /** What lies where it does not belong. */
    List<Foreign> foreign() throws IOException {
        List<Foreign> foreign = new ArrayList<>();
        for (Entry entry : strays) {
            foreign.add(new Foreign(entry.name(), entry.bytes(), belongs(entry)));
        }
        return foreign;
    }

    /** What lies in {@code lost+found}. */
    List<Foreign> setAside() throws IOException {
        List<Foreign> files = new ArrayList<>();
        if (storage.exists(LostAndFound.DIRECTORY)) {
            for (Entry entry : storage.list(LostAndFound.DIRECTORY)) {
                String path = LostAndFound.DIRECTORY + "/" + entry.name();
                Entry placed = new Entry(path, entry.kind(), entry.bytes(), entry.modifiedMillis());
                files.add(new Foreign(path, entry.bytes(), belongs(placed)));
            }
        }
        files.sort(Comparator.comparing(Foreign::path));
        return files;
    }

    /** Where a file belongs by its header: a queue that lacks it and has not confirmed it. */
    private Optional<String> belongs(Entry entry) {
        if (entry.kind() != Kind.FILE) {
            return Optional.empty();
        }
        Optional<SegmentHeader> header;
        try (StorageFile file = storage.open(entry.name(), Access.READ)) {
            header = SegmentReading.header(file);
        } catch (IOException e) {
            return Optional.empty();
        }
        return header.flatMap(it -> queues.stream().filter(queue -> lacks(queue, it)).findFirst())
                .map(
                        queue -> {
                            String prefix = queue.name().kind().prefix();
                            long first = header.get().firstId();
                            return queue.name().directory()
                                    + "/"
                                    + new SegmentName(prefix, queue.generationId(), first).text();
                        });
    }

    private static boolean lacks(QueueReading queue, SegmentHeader header) {
        return queue.generationId() == header.generationId()
                && header.firstId() >= queue.unconfirmed()
                && header.firstId() >= queue.shed().map(ShedLedger.Entry::to).orElse(0L)
                && queue.segments().stream()
                        .noneMatch(
                                segment ->
                                        segment.name().firstId() == header.firstId()
                                                || segment.ids().contains(header.firstId()));
    }

    private static Queue examined(QueueReading queue) {
        List<SpoolExamination.Segment> segments = new ArrayList<>();
        List<Gap> gaps = new ArrayList<>();
        long next = Math.min(queue.unconfirmed(), queue.firstId());
        Optional<SegmentReading> before = Optional.empty();
        for (SegmentReading segment : queue.segments()) {
            gap(
                    gaps,
                    next,
                    segment.name().firstId(),
                    before.map(SpoolReading::lost).orElse(Cause.SHED));
            next = Math.max(next, segment.name().firstId());
            for (long id : segment.ids()) {
                gap(gaps, next, id, Cause.DAMAGED);
                next = id + 1;
            }
            segments.add(
                    new SpoolExamination.Segment(
                            segment.path(),
                            segment.name().firstId(),
                            segment.ids().size(),
                            segment.bytes(),
                            segment.usedBytes(),
                            segment.problems(before)));
            before = Optional.of(segment);
        }
        gap(gaps, next, queue.firstId(), Cause.SHED);
        next = Math.max(next, queue.firstId());
        long unconfirmed =
                queue.segments().stream()
                        .flatMap(segment -> segment.ids().stream())
                        .filter(id -> id >= queue.unconfirmed())
                        .count();
        return new Queue(
                queue.name().directory(),
                queue.name().kind().priority(),
                queue.name().guid(),
                queue.generationId(),
                segments,
                queue.unconfirmed(),
                next,
                unconfirmed,
                gaps);
    }

    /** Why ids behind a segment are not there. */
    private static Cause lost(SegmentReading before) {
        return before.damaged() || before.torn() ? Cause.DAMAGED : Cause.MISSING;
    }

    private static void gap(List<Gap> gaps, long from, long to, Cause cause) {
        if (from < to) {
            gaps.add(new Gap(from, to, cause));
        }
    }
}
