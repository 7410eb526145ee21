package io.armature.reporting;

import io.armature.platform.api.Fault;
import io.armature.reporting.Queues.Lane;
import io.armature.reporting.api.Metric;
import io.armature.reporting.api.QueueCounters;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.health.HealthEntries;
import io.armature.reporting.health.HealthHistory;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.proto.SignedEncryptionInfo;
import io.armature.reporting.queue.Ground;
import io.armature.reporting.queue.QueueName;
import io.armature.reporting.queue.ReadState;
import io.armature.reporting.queue.RecordQueue;
import io.armature.reporting.seal.Sealing;
import io.armature.reporting.storage.Storage;
import io.armature.reporting.upload.KeyRequests;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** An open spool. Thread-safe. */
final class SpoolCore {

    /** What is noted for readers. */
    record Notes(HealthHistory health, Counters counters, Usage usage) {}

    private final Ground ground;
    private final Queues queues;
    private final KeyRequests keys;
    private final KeyWait keyWait;
    private final Rounds rounds;
    private final Notes notes;
    private final Executor jobs;
    private final UnsentNotice unsent;

    SpoolCore(
            Ground ground,
            Queues queues,
            KeyRequests keys,
            KeyWait keyWait,
            Rounds rounds,
            Notes notes,
            Executor jobs) {
        this.ground = ground;
        this.queues = queues;
        this.keys = keys;
        this.keyWait = keyWait;
        this.rounds = rounds;
        this.notes = notes;
        this.jobs = jobs;
        this.unsent = new UnsentNotice(ground.clock(), notes.counters());
    }

    Storage storage() {
        return ground.storage();
    }

    Sealing sealing() {
        return ground.sealing();
    }

    Queues queues() {
        return queues;
    }

    KeyRequests keys() {
        return keys;
    }

    KeyWait keyWait() {
        return keyWait;
    }

    Rounds rounds() {
        return rounds;
    }

    /** An uploader has come: offers what is left. */
    void resumeUploads() {
        keys.connected();
        queues.lanes().forEach(lane -> lane.uploads().resume());
    }

    CompletionStage<Void> flush(Priority priority) {
        if (!ground.sealing().keyPresent()) {
            keys.need();
            return ground.sealing().whenKeyPresent();
        }
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (Lane lane : queues.lanes(priority)) {
            all = all.thenCombine(lane.uploads().flush(), (one, other) -> null);
        }
        for (QueueName name : queues.unopened().keySet()) {
            if (name.kind().priority() == priority) {
                all = all.thenCompose(flushed -> opened(name));
            }
        }
        return all;
    }

    private CompletionStage<Void> opened(QueueName name) {
        try {
            queues.requireOpened(name);
            return CompletableFuture.completedFuture(null);
        } catch (ReportingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    CompletionStage<Void> confirm(
            Optional<QueueName> name, long generationId, long id, boolean force)
            throws ReportingException {
        if (name.isPresent()) {
            queues.requireOpened(name.get());
        }
        Lane lane =
                name.flatMap(queues::lane)
                        .orElseThrow(
                                () ->
                                        new ReportingException(
                                                StatusCode.NOT_FOUND,
                                                "No queue "
                                                        + name.map(QueueName::toString)
                                                                .orElse("of this generation")));
        RecordQueue queue = lane.queue();
        if (queue.generationId() != generationId) {
            throw new ReportingException(
                    StatusCode.FAILED_PRECONDITION,
                    "Generation mismatch - "
                            + generationId
                            + ", queue has "
                            + queue.generationId());
        }
        ReadState reads = queue.reads();
        long before = reads.firstUnconfirmed();
        if (force) {
            reads.force(id, queue.durableNext());
        } else {
            reads.confirm(id, known(lane, id));
        }
        long count = reads.firstUnconfirmed() - before;
        if (count > 0) {
            notes.usage().confirmed();
        }
        if (count > 0 && notes.health().enabled()) {
            notes.health().add(HealthEntries.released(queue.name().kind().priority(), id, count));
        }
        return CompletableFuture.runAsync(() -> queues.confirmed(queue), jobs);
    }

    /** Ids from there on no server can have. */
    private long known(Lane lane, long id) {
        long known = Math.min(lane.uploads().sent().confirmableNext(), lane.queue().durableNext());
        if (id >= known) {
            unsent.note(lane.queue().name(), id, known, lane.uploads().sent().ofEarlierRun(id));
        }
        return known;
    }

    CompletionStage<Void> updateKey(SignedEncryptionInfo key) {
        return Stages.plain(
                ground.sealing().update(key),
                (done, failure) ->
                        notes.counters()
                                .count(
                                        "KeyDeliveryResult",
                                        failure == null
                                                ? StatusCode.OK
                                                : Stages.reporting(failure).code()));
    }

    List<QueueState> states() {
        List<QueueState> states = new ArrayList<>();
        for (Lane lane : queues.lanes()) {
            states.add(state(lane.queue()));
        }
        queues.unopened()
                .forEach(
                        (name, why) ->
                                states.add(
                                        new QueueLevel(
                                                name.kind().priority(),
                                                name.guid(),
                                                0,
                                                0,
                                                0,
                                                0,
                                                0,
                                                Optional.empty(),
                                                QueueCounters.withoutLoss(0),
                                                Optional.of(why))));
        return states;
    }

    private static QueueState state(RecordQueue queue) {
        long next = queue.durableNext();
        long first = Math.min(queue.reads().firstUnconfirmed(), next);
        return new QueueLevel(
                queue.name().kind().priority(),
                queue.name().guid(),
                queue.generationId(),
                first,
                next,
                queue.bytes(),
                queue.usedBytes(first, next),
                queue.oldestMicros(first, next),
                queue.shed()
                        .map(
                                shed ->
                                        new QueueCounters(
                                                Math.max(next, shed.lastId() + 1),
                                                shed.records(),
                                                shed.lastId()))
                        .orElseGet(() -> QueueCounters.withoutLoss(next)),
                queue.offline());
    }

    /** Counts and what is taken now. */
    List<Metric> metrics() {
        return Stream.concat(notes.counters().bare().stream(), notes.usage().now().stream())
                .map(Counters::named)
                .sorted(Comparator.comparing(Metric::name).thenComparing(Metric::sample))
                .toList();
    }

    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>(queues.faults());
        faults.addAll(ground.sealing().faults());
        unsent.fault().ifPresent(faults::add);
        return List.copyOf(faults);
    }

    /** Stops uploads; then closes every queue once what was ordered is answered. */
    CompletionStage<Void> close() {
        rounds.close();
        keyWait.close();
        keys.close();
        queues.close();
        List<CompletableFuture<Void>> closing = new ArrayList<>();
        for (Lane lane : queues.lanes()) {
            lane.uploads().close();
            closing.add(lane.queue().close().toCompletableFuture());
        }
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
    }

    /** Gives the files away; only once nobody works with them any more. */
    void leave() {
        queues.lanes().forEach(lane -> lane.queue().leave());
        ground.storage().close();
    }

    /** Closing takes too long: refuses what was ordered, but not what is being stored. */
    void giveUp(ReportingException why) {
        queues.lanes().forEach(lane -> lane.queue().giveUp(why));
    }
}
