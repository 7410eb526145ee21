package io.armature.backend.reporting.storage;

import com.google.protobuf.ByteString;
import io.armature.backend.api.storage.Content;
import io.armature.backend.api.storage.DeviceCounts;
import io.armature.backend.api.storage.QueueName;
import io.armature.backend.api.storage.StoredIds;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on disk, one file of lines a device and day, each id once.
 *
 * <p>The day files are the only truth: they are forced by {@link #commit}, and only then may an id
 * be confirmed. The checkpoint merely saves reading them again; it is written after every {@link
 * Limits#checkpointBytes} of lines and at the end.
 *
 * <p>One thread calls all but {@link #passed}, {@link #counts} and the reader's methods.
 */
public final class RecordStore implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(RecordStore.class);

    private static final int OPEN_FILES_LIMIT = 64;

    /**
     * @param queuesPerDevice queues remembered for one device; the one unused for the longest time
     *     is forgotten first
     * @param checkpointBytes lines between two checkpoints, so the most that a start reads
     * @param holeResends times that the first id above a hole must come again
     * @param holeAgeNanos how old a hole must be before it is given up
     */
    public record Limits(
            int queuesPerDevice, long checkpointBytes, int holeResends, long holeAgeNanos) {}

    private final Path root;
    private final Path checkpointFile;
    private final DurableFiles files;
    private final Disk disk;
    private final DeviceClock clock;
    private final Limits limits;
    private final RecordLine lines = new RecordLine();

    private final StoredQueues queues;
    private final Map<String, DeviceCounts> counts = new ConcurrentHashMap<>();
    private final CommittedLines committed;

    private final Map<DayName, DayFile> open = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<DayName> changed = new HashSet<>();
    private long sinceCheckpoint;
    private boolean lost;

    private RecordStore(
            Path root,
            Path checkpointFile,
            DurableFiles files,
            Disk disk,
            DeviceClock clock,
            Limits limits) {
        this.root = root;
        this.checkpointFile = checkpointFile;
        this.files = files;
        this.disk = disk;
        this.clock = clock;
        this.limits = limits;
        this.queues = new StoredQueues(limits.queuesPerDevice());
        this.committed = new CommittedLines(root);
    }

    /** What became of an offered record. */
    public enum Verdict {
        /** It is written at the next commit. */
        STORED,
        /** It was there already. */
        DUPLICATE,
        /** Not taken; the device sends it again. */
        LEFT
    }

    /**
     * Opens the store: reads the checkpoint and what was written after it, and cuts torn last
     * lines.
     *
     * @param root folder of the devices' folders, made if missing
     */
    public static RecordStore open(
            Path root, Path checkpoint, DurableFiles files, DeviceClock clock, Limits limits)
            throws IOException {
        return open(root, checkpoint, files, new MachineDisk(), clock, limits);
    }

    static RecordStore open(
            Path root,
            Path checkpoint,
            DurableFiles files,
            Disk disk,
            DeviceClock clock,
            Limits limits)
            throws IOException {
        RecordStore store = new RecordStore(root, checkpoint, files, disk, clock, limits);
        store.load();
        return store;
    }

    /** Whether an id is stored for sure; false may be wrong. Any thread may ask. */
    public boolean passed(QueueName queue, long id) {
        StoredQueue stored = queues.get(queue);
        return stored != null && id < stored.next();
    }

    /** What each device has sent so far. Any thread may ask. */
    public Map<String, DeviceCounts> counts() {
        return new TreeMap<>(counts);
    }

    /** What is committed, for readers. Any thread may use it. */
    public CommittedLines lines() {
        return committed;
    }

    /** Takes one record unless its id is stored. */
    public Verdict offer(QueueName queue, long id, Content content) throws IOException {
        requireKnown();
        StoredQueue stored = queues.use(queue);
        if (stored.contains(id)) {
            return duplicate(queue, stored, id);
        }
        if (id < 0 || id == Long.MAX_VALUE || !queues.accepts(queue, stored, id)) {
            return Verdict.LEFT;
        }
        if (content instanceof Content.Opened opened) {
            write(queue.device(), lines.opened(queue, id, opened));
            add(stored, StoredIds.Kind.RECORD, queue, id, opened.previous(), opened.digest());
        } else if (content instanceof Content.Refused refused) {
            write(queue.device(), lines.refused(queue, id, refused));
            add(stored, StoredIds.Kind.REFUSED, queue, id, null, null);
        } else {
            write(queue.device(), lines.gap(queue, id, 1, "reported by the device"));
            add(stored, StoredIds.Kind.GAP, queue, id, null, null);
        }
        return Verdict.STORED;
    }

    /** Notes that an id came that {@link #passed} knew; DUPLICATE if it is stored indeed. */
    public Verdict offerAgain(QueueName queue, long id) throws IOException {
        requireKnown();
        StoredQueue stored = queues.use(queue);
        return stored.contains(id) ? duplicate(queue, stored, id) : Verdict.LEFT;
    }

    /** The device says that it keeps no id of this queue below the given one. */
    public void keptFrom(QueueName queue, long id) {
        StoredQueue stored = queues.get(queue);
        if (stored != null) {
            stored.keptFrom(id);
        }
    }

    /** Records of the device were not taken: what is missing may not be lost. */
    public void missed(String device) {
        queues.missed(device);
    }

    /**
     * Forces what was offered. If it fails, nothing since the last commit is stored and {@link
     * #reload} must be called.
     */
    public void commit() throws IOException {
        for (DayName day : changed) {
            DayFile file = open.get(day);
            if (file != null) {
                sinceCheckpoint += committed.set(day, file.commit());
            }
        }
        changed.clear();
        committed.announce();
        while (open.size() > OPEN_FILES_LIMIT) {
            DayName eldest = open.keySet().iterator().next();
            open.remove(eldest).close();
        }
        if (sinceCheckpoint >= limits.checkpointBytes()) {
            tryCheckpoint();
        }
    }

    /** The highest id that may be confirmed after a commit: all up to it are stored. */
    public OptionalLong confirmable(QueueName queue) {
        StoredQueue stored = queues.get(queue);
        return stored == null || stored.next() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(stored.next() - 1);
    }

    /** Goes back to what is on disk, after a failure. */
    public void reload() throws IOException {
        lost = true;
        closeFiles();
        Map<DayName, Long> lengths = committed.lengths();
        for (DayName day : Set.copyOf(changed)) {
            DayFile.cut(disk, day.in(root), lengths.getOrDefault(day, 0L));
        }
        changed.clear();
        counts.clear();
        load();
        lost = false;
    }

    @Override
    public void close() throws IOException {
        try {
            if (!lost) {
                checkpoint();
            }
        } finally {
            closeFiles();
        }
    }

    /** Whoever does not know what is stored would store it twice. */
    private void requireKnown() throws IOException {
        if (lost) {
            throw new IOException("records could not be read back");
        }
    }

    private void load() throws IOException {
        Checkpoint checkpoint = Recovery.checkpoint(checkpointFile);
        queues.restore(checkpoint.queues());
        counts.putAll(checkpoint.counts());
        Map<DayName, Long> lengths =
                Recovery.replay(disk, root, checkpoint.lengths(), this::recovered);
        for (Map.Entry<DayName, Long> day : lengths.entrySet()) {
            committed.set(day.getKey(), day.getValue());
        }
        committed.announce();
        if (!lengths.equals(checkpoint.lengths())) {
            tryCheckpoint();
        }
    }

    private void recovered(StoredIds line) {
        StoredQueue stored = queues.use(line.queue());
        if (!stored.contains(line.id())) {
            boolean record = line.kind() == StoredIds.Kind.RECORD;
            StoredQueue.Link link =
                    queues.add(
                            line.queue(),
                            stored,
                            line.id(),
                            line.count(),
                            record ? line.previous() : null,
                            record ? line.digest() : null);
            count(line.kind(), line.queue().device(), line.count(), link);
        }
    }

    private Verdict duplicate(QueueName queue, StoredQueue stored, long id) throws IOException {
        counts.merge(queue.device(), new DeviceCounts(0, 1, 0, 0, 0), DeviceCounts::plus);
        if (stored.cameAgain(
                id, clock.monotonicNanos(), limits.holeResends(), limits.holeAgeNanos())) {
            long from = stored.next();
            long count = stored.lostEnd() - from;
            log.warn("ids given up queue={} from={} count={}", queue, from, count);
            write(queue.device(), lines.gap(queue, from, count, RecordLine.NEVER_CAME));
            StoredQueue.Link link = queues.add(queue, stored, from, count, null, null);
            count(StoredIds.Kind.GAP, queue.device(), count, link);
        }
        return Verdict.DUPLICATE;
    }

    private void add(
            StoredQueue stored,
            StoredIds.Kind kind,
            QueueName queue,
            long id,
            ByteString before,
            ByteString after) {
        count(kind, queue.device(), 1, queues.add(queue, stored, id, 1, before, after));
    }

    private void count(StoredIds.Kind kind, String device, long count, StoredQueue.Link link) {
        long breaks = link == StoredQueue.Link.BROKEN ? 1 : 0;
        DeviceCounts more =
                switch (kind) {
                    case RECORD -> new DeviceCounts(count, 0, 0, 0, breaks);
                    case GAP, GIVEN_UP -> new DeviceCounts(0, 0, count, 0, breaks);
                    case REFUSED -> new DeviceCounts(0, 0, 0, count, breaks);
                };
        counts.merge(device, more, DeviceCounts::plus);
    }

    private void write(String device, byte[] line) throws IOException {
        DayName day =
                new DayName(device, clock.wall().atOffset(ZoneOffset.UTC).toLocalDate().toString());
        DayFile file = open.get(day);
        if (file == null) {
            Path path = day.in(root);
            file =
                    committed.has(day) && Files.exists(path)
                            ? DayFile.open(disk, path)
                            : DayFile.make(disk, path);
            open.put(day, file);
        }
        changed.add(day);
        file.add(line);
    }

    /** Without it the next start reads more; the records are stored all the same. */
    private void tryCheckpoint() {
        sinceCheckpoint = 0;
        try {
            checkpoint();
        } catch (IOException e) {
            log.warn("checkpoint not written reason=\"{}\"", e.getMessage());
        }
    }

    private void checkpoint() throws IOException {
        files.replace(
                checkpointFile, new Checkpoint(committed.lengths(), queues.all(), counts).encode());
        sinceCheckpoint = 0;
    }

    private void closeFiles() throws IOException {
        IOException failure = null;
        for (DayFile file : open.values()) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        open.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
