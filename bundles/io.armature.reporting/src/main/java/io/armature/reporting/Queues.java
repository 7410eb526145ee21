package io.armature.reporting;

import io.armature.platform.api.Fault;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.queue.Ground;
import io.armature.reporting.queue.KnownEnd;
import io.armature.reporting.queue.QueueEvents;
import io.armature.reporting.queue.QueueKind;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.queue.QueueOpening;
import io.armature.reporting.queue.ReadState.Given;
import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.queue.RecordQueue.Mode;
import io.armature.reporting.queue.RecordQueue.Ordered;
import io.armature.reporting.queue.Segment;
import io.armature.reporting.upload.Outlet;
import io.armature.reporting.upload.QueueUploads;
import io.armature.reporting.upload.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues of the spool: which there are, and which one a record goes to. In multi-generation
 * mode every priority and token first seen since the start gets a queue of its own; queues of
 * earlier runs drain. Thread-safe.
 */
final class Queues implements QueueEvents, Openings.Opener {

    private static final Logger log = LoggerFactory.getLogger(Queues.class);

    /** A queue and its uploads. */
    record Lane(RecordQueue queue, QueueUploads uploads, long age) {}

    /** Whose records a queue takes. */
    record Writer(QueueKind kind, String token) {}

    private final Ground ground;
    private final Outlet outlet;
    private final Supplier<SpoolFlags> flags;
    private final Runnable changed;
    private final Map<QueueName, Lane> lanes = new ConcurrentHashMap<>();
    private final Openings openings;
    private final Writers writers;
    private final Executor jobs;
    private final Map<QueueName, KnownEnd> ends;
    private final Map<QueueName, QueueMemory> memories;
    private final ReadFaults unreadable = new ReadFaults();
    private final ShedNotice shed;
    private final Counters counters;
    private long ages;

    Queues(
            Ground ground,
            Outlet outlet,
            Supplier<SpoolFlags> flags,
            Handover left,
            Executor jobs,
            Counters counters,
            Runnable changed) {
        this.ground = ground;
        this.openings = new Openings(ground.clock(), jobs, this);
        this.outlet = outlet;
        this.flags = flags;
        this.writers = new Writers(left.writers(), ground.randomness());
        this.jobs = jobs;
        this.ends = left.ends();
        this.memories = left.memories();
        this.counters = counters;
        this.changed = changed;
        this.shed = new ShedNotice(ground.clock());
        ground.shedding().over(() -> lanes().stream().map(Lane::queue).toList());
    }

    /** Opens what is on disk; a queue that fails is offline until it opens, the others work. */
    void open() throws IOException {
        for (QueueName name : new RootEntries(ground).queues()) {
            openings.open(name);
        }
    }

    @Override
    public Optional<RecordQueue> open(QueueName name, Openings.Effort effort) throws IOException {
        // The switch of a single generation may be set at any time.
        boolean writable = name.guid().isEmpty() || writers.contains(name);
        Mode mode = writable ? Mode.WRITABLE : Mode.DRAINING;
        QueueOpening opening = new QueueOpening(ground, name, Optional.ofNullable(ends.get(name)));
        return effort == Openings.Effort.WHOLE
                ? opening.open(mode, this)
                : opening.salvage(mode, this);
    }

    @Override
    public void opened(QueueName name, Optional<RecordQueue> queue) {
        if (queue.isPresent()) {
            add(queue.get());
            deleteConfirmed(queue.get());
        } else if (!name.guid().isEmpty()) {
            removeDirectory(name);
        }
    }

    /** Nobody else has its uploads start. */
    @Override
    public void openedLate(QueueName name) {
        lane(name).ifPresent(lane -> lane.uploads().resume());
        changed.run();
    }

    /** Writers that can have a queue of their own do not wait for this one: it only drains. */
    @Override
    public void failed(QueueName name) {
        writers.remove(name);
        changed.run();
    }

    private void removeDirectory(QueueName name) {
        boolean removed = new QueueOpening(ground, name).removeDirectory();
        counters.count("DeleteEmptyMultigenerationQueueDirectories", removed);
        if (removed) {
            ground.shed().forget(name);
        }
    }

    private synchronized Lane add(RecordQueue queue) {
        QueueUploads uploads =
                new QueueUploads(
                        queue,
                        ground.memory(),
                        outlet,
                        () -> deleteConfirmed(queue),
                        counters::noMemoryForUpload);
        QueueMemory memory = memories.get(queue.name());
        if (memory != null) {
            memory.giveTo(queue, uploads);
        }
        Lane lane = new Lane(queue, uploads, ages++);
        lanes.put(queue.name(), lane);
        return lane;
    }

    /** How long until the next queue has had no record for so long, at most that. */
    long untilIdleNanos(long nowNanos, Duration idleAfter) {
        long first = idleAfter.toNanos();
        for (QueueName name : writers.queues()) {
            Lane lane = lanes.get(name);
            if (lane != null) {
                long due = lane.queue().lastWriteNanos() + idleAfter.toNanos();
                first = Math.min(first, due - nowNanos);
            }
        }
        return first;
    }

    /**
     * Queues of one token that got no record since the given time take none any more: what they
     * hold is offered once more, and when it is confirmed they go. The next record of the token
     * gets a new queue.
     */
    void retireIdle(long beforeNanos) {
        for (QueueName name : writers.queues()) {
            Lane lane = lanes.get(name);
            if (lane != null && retire(lane, beforeNanos)) {
                log.info("queue is idle and only drains queue=\"{}\"", name);
                lane.uploads().trigger(Reason.MANUAL);
                drain(lane);
            }
        }
    }

    /** No record may be placed between the two steps. */
    private synchronized boolean retire(Lane lane, long beforeNanos) {
        boolean retired = lane.queue().retire(beforeNanos);
        if (retired) {
            writers.remove(lane.queue().name());
        }
        return retired;
    }

    /**
     * Finds or creates the queue and gives the record its place. A record that is refused makes
     * none.
     */
    synchronized Ordered place(Arrival arrival) throws ReportingException {
        if (!arrival.hasDestination) {
            throw new ReportingException(
                    StatusCode.FAILED_PRECONDITION, "Malformed record: missing destination");
        }
        if (arrival.reservedSpace > 0
                && ground.disk().freeBytes() - arrival.record.length < arrival.reservedSpace) {
            throw new ReportingException(
                    StatusCode.RESOURCE_EXHAUSTED,
                    "The space that the record wants to keep free is not there");
        }
        RecordQueue queue = writable(arrival.kind, arrival.token);
        return queue.order(arrival.record, arrival.digest, arrival.memoryBytes(), arrival.answer);
    }

    private RecordQueue writable(QueueKind kind, String token) throws ReportingException {
        boolean single = flags.get().singleGeneration().contains(kind);
        QueueName name = single ? new QueueName(kind, "") : nameOf(new Writer(kind, token));
        requireOpened(name);
        Lane lane = lanes.get(name);
        if (lane != null) {
            return lane.queue();
        }
        return add(RecordQueue.fresh(ground, name, writers.randomGeneration(), this)).queue();
    }

    private QueueName nameOf(Writer writer) throws ReportingException {
        Optional<QueueName> known = writers.of(writer);
        if (known.isEmpty() && writers.queues(writer.kind()).size() >= Writers.MOST) {
            makePlace(writer.kind());
        }
        return known.orElseGet(() -> writers.add(writer));
    }

    /** Of queues of which nothing is left to upload, the one that is there for longest drains. */
    private void makePlace(QueueKind kind) throws ReportingException {
        List<Lane> done =
                writers.queues(kind).stream()
                        .flatMap(name -> lane(name).stream())
                        .filter(lane -> !lane.uploads().unconfirmed())
                        .sorted(Comparator.comparing(Lane::age))
                        .toList();
        for (Lane lane : done) {
            if (retire(lane, lane.queue().lastWriteNanos())) {
                jobs.execute(() -> drain(lane));
                return;
            }
        }
        throw new ReportingException(
                StatusCode.RESOURCE_EXHAUSTED,
                "No more than "
                        + Writers.MOST
                        + " tokens of one priority are served at a time: the server must confirm"
                        + " the records of one of them");
    }

    private void drain(Lane lane) {
        lane.queue().close();
        deleteConfirmed(lane.queue());
        changed.run();
    }

    /**
     * Until all of a queue is read, the next id and digest are not known: a record stored now would
     * break the chain, and perhaps take another one's id.
     *
     * @throws ReportingException UNAVAILABLE if the queue is there but not opened yet
     */
    void requireOpened(QueueName name) throws ReportingException {
        Optional<String> why = openings.failing(name);
        if (why.isPresent()) {
            throw new ReportingException(
                    StatusCode.UNAVAILABLE,
                    "Queue " + name + " cannot be read now: " + why.get() + "; try again");
        }
    }

    /** Queues in order of priority, then age. */
    List<Lane> lanes() {
        return lanes.values().stream()
                .sorted(
                        Comparator.comparing((Lane lane) -> lane.queue().name().kind())
                                .thenComparing(Lane::age))
                .toList();
    }

    List<Lane> lanes(Priority priority) {
        return lanes().stream()
                .filter(lane -> lane.queue().name().kind().priority() == priority)
                .toList();
    }

    Optional<Lane> lane(QueueName name) {
        return Optional.ofNullable(lanes.get(name));
    }

    /** Queues on disk that could not be opened yet, with the reason. */
    Map<QueueName, String> unopened() {
        Map<QueueName, String> reasons = new HashMap<>();
        openings.failing()
                .forEach(
                        (name, why) ->
                                reasons.put(name, "cannot be opened: " + why + "; is tried again"));
        return reasons;
    }

    /** Opens no more of those. */
    void close() {
        openings.close();
    }

    /** Which queue takes whose records, for the next instance. */
    Map<Writer, QueueName> writers() {
        return writers.all();
    }

    /** Where each queue ends, for the next instance; once all are closed. */
    Map<QueueName, KnownEnd> ends() {
        Map<QueueName, KnownEnd> known = new HashMap<>(ends);
        known.keySet().retainAll(openings.failing().keySet());
        lanes.forEach((name, lane) -> lane.queue().end().ifPresent(end -> known.put(name, end)));
        return known;
    }

    /** What each queue knows in memory only, for the next instance. */
    Map<QueueName, QueueMemory> memories() {
        Map<QueueName, QueueMemory> known = new HashMap<>(memories);
        known.keySet().retainAll(openings.failing().keySet());
        lanes.forEach(
                (name, lane) -> known.put(name, QueueMemory.of(lane.queue(), lane.uploads())));
        return known;
    }

    /** The server has more of the queue. */
    void confirmed(RecordQueue queue) {
        deleteConfirmed(queue);
        changed.run();
    }

    /** Deletes what is confirmed; a drained queue goes as a whole. */
    void deleteConfirmed(RecordQueue queue) {
        boolean deleted = queue.deleteConfirmed();
        if (queue.drainedAway()) {
            Lane lane = lanes.remove(queue.name());
            if (lane != null) {
                lane.uploads().removed();
                removeDirectory(queue.name());
            }
        }
        if (deleted) {
            changed.run();
        }
    }

    @Override
    public void written(RecordQueue queue) {
        Lane lane = lanes.get(queue.name());
        if (lane != null) {
            lane.uploads().written();
        }
        changed.run();
    }

    @Override
    public void shed(RecordQueue queue, Given given) {
        shed.note(queue, given);
        counters.add("StorageDegradationAmount", queue.name().kind() + ".KiB", given.bytes() >> 10);
        changed.run();
    }

    /** The server is told nothing more of it. Looked at again: a record may have come meanwhile. */
    @Override
    public void noteNeeded(RecordQueue queue) {
        Lane lane = lanes.get(queue.name());
        if (lane != null
                && (queue.mode() == Mode.DRAINING || retire(lane, queue.lastWriteNanos()))) {
            if (queue.onlyNoted()) {
                shed.forgotten(queue);
                queue.reads().confirm(queue.durableNext() - 1, queue.durableNext());
            }
            drain(lane);
        }
    }

    @Override
    public void changed(RecordQueue queue) {
        changed.run();
    }

    @Override
    public void unreadable(Segment segment, String why) {
        unreadable.add(segment.path(), why);
        changed.run();
    }

    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(unreadable.list());
        ground.shed().fault().ifPresent(why -> faults.add(new Fault("reporting", "shed", why)));
        unopened().forEach((name, why) -> faults.add(fault(name, why)));
        for (Lane lane : lanes()) {
            shed.fault(lane.queue()).ifPresent(faults::add);
            QueueName name = lane.queue().name();
            lane.queue().offline().ifPresent(why -> faults.add(fault(name, why)));
        }
        return faults;
    }

    private static Fault fault(QueueName name, String why) {
        return new Fault("reporting", "queue " + name, why);
    }
}
