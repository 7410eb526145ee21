package io.armature.reporting.api.testing;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.QueueState;
import io.armature.reporting.proto.Priority;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** One queue; belongs to the lock of its {@link MemoryReporting}. */
final class MemoryQueue {

    private QueueState state;

    MemoryQueue(Priority priority) {
        this(QueueValue.of(priority, 0, 0));
    }

    MemoryQueue(QueueState state) {
        this.state = state;
    }

    QueueState state() {
        return state;
    }

    String generationGuid() {
        return state.generationGuid();
    }

    long generationId() {
        return state.generationId();
    }

    Enqueued add(int bytes) {
        Optional<Long> oldest =
                state.oldestTimestampMicros()
                        .or(
                                () ->
                                        Optional.of(
                                                ChronoUnit.MICROS.between(
                                                        Instant.EPOCH, Instant.now())));
        Enqueued added =
                new Enqueued(state.priority(), generationGuid(), generationId(), state.nextId());
        change(state.firstUnconfirmedId(), state.nextId() + 1, state.bytes() + bytes, oldest);
        return added;
    }

    void confirm(long upTo, boolean force) {
        long first = force ? upTo + 1 : Math.max(state.firstUnconfirmedId(), upTo + 1);
        boolean left = first < state.nextId();
        change(
                first,
                Math.max(state.nextId(), first),
                state.bytes(),
                left ? state.oldestTimestampMicros() : Optional.empty());
    }

    private void change(long firstUnconfirmed, long next, long bytes, Optional<Long> oldest) {
        state =
                new QueueValue(
                        state.priority(),
                        generationGuid(),
                        generationId(),
                        firstUnconfirmed,
                        next,
                        bytes,
                        next > firstUnconfirmed ? bytes : 0,
                        oldest,
                        state.offline());
    }
}
