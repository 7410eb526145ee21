package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.queue.MemoryPool;
import io.armature.reporting.queue.RecordQueue.Ordered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Gives arriving records their place, first come first served. One that must wait, for the spool to
 * open, for a key or for memory, waits here and holds nothing else; those behind it wait, too, so
 * that the order of one caller's records is kept. Thread-safe.
 */
final class Admission {

    private static final int MEMORY_WAITS = 16;
    private static final int SEAL_CHUNK = 32;

    /** Orders an arrival whose memory is reserved. */
    interface Placement {
        Ordered place(Arrival arrival) throws ReportingException;
    }

    private final MemoryPool memory;
    private final Executor sealers;

    // Guarded by this.
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private long waitingLimitBytes;
    private long waitingBytes;
    private Placement placement;
    private BooleanSupplier keyPresent; // null until open
    private ReportingException closed;
    private final CompletableFuture<Void> emptied = new CompletableFuture<>();
    private volatile boolean someWait;

    /**
     * @param sealers seals what had to wait
     */
    Admission(MemoryPool memory, long waitingLimitBytes, Executor sealers) {
        this.memory = memory;
        this.waitingLimitBytes = waitingLimitBytes;
        this.sealers = sealers;
        memory.onRelease(
                () -> {
                    if (someWait) {
                        pump();
                    }
                });
    }

    /** A record that no memory pool of this size will ever hold. */
    static ReportingException tooLarge() {
        return new ReportingException(
                StatusCode.OUT_OF_RANGE, "Too much data to be recorded at once");
    }

    /** How much may wait from now on; what waits already goes on. */
    synchronized void waitingLimit(long bytes) {
        waitingLimitBytes = bytes;
    }

    /** From now on records are placed. */
    void open(Placement target, BooleanSupplier key) {
        synchronized (this) {
            placement = target;
            keyPresent = key;
        }
        pump();
    }

    /**
     * Places the record and seals it on the calling thread, or has it wait.
     *
     * @return whether it waits
     */
    boolean submit(Arrival arrival) {
        Ordered ordered = null;
        boolean reserved = false;
        ReportingException failure;
        synchronized (this) {
            failure = closed;
            if (failure == null && waiting.isEmpty() && ready() && reserveFirst(arrival)) {
                reserved = true;
                try {
                    ordered = placement.place(arrival);
                } catch (ReportingException e) {
                    failure = e;
                }
            } else if (failure == null) {
                failure = enlist(arrival);
                if (failure == null) {
                    return true;
                }
            }
        }
        if (ordered != null) {
            ordered.seal();
        } else {
            arrival.answer.completeExceptionally(failure);
            if (reserved) {
                memory.releaseWrite(arrival.memoryBytes());
            }
        }
        return false;
    }

    private boolean ready() {
        return placement != null && keyPresent();
    }

    private boolean reserve(Arrival arrival) {
        return memory.reserveWrite(arrival.memoryBytes());
    }

    /**
     * For one that nobody waits before. Whoever releases between a first look and the moment in
     * which it can be seen that somebody waits tells nobody: so it looks again behind that.
     */
    private boolean reserveFirst(Arrival arrival) {
        if (reserve(arrival)) {
            return true;
        }
        someWait = true;
        if (reserve(arrival)) {
            someWait = false;
            return true;
        }
        return false;
    }

    /** Such a one would wait for ever, and hold up those behind it. */
    private boolean neverFits(Arrival arrival) {
        return arrival.memoryBytes() > memory.largestWriteBytes();
    }

    private ReportingException enlist(Arrival arrival) {
        if (neverFits(arrival)) {
            someWait = !waiting.isEmpty();
            return tooLarge();
        }
        if (waitingBytes + arrival.memoryBytes() > waitingLimitBytes) {
            someWait = !waiting.isEmpty();
            return new ReportingException(
                    StatusCode.RESOURCE_EXHAUSTED,
                    "Not enough memory for the write buffer: too many records wait");
        }
        waiting.add(arrival);
        waitingBytes += arrival.memoryBytes();
        someWait = true;
        return null;
    }

    /**
     * Something was released, has come or was changed: places from the head what can be placed, and
     * refuses what will never fit.
     */
    void pump() {
        List<Runnable> failures = new ArrayList<>();
        List<Ordered> placed = new ArrayList<>();
        synchronized (this) {
            while (!waiting.isEmpty() && ready()) {
                Arrival head = waiting.peek();
                if (reserve(head)) {
                    dequeue();
                    try {
                        placed.add(placement.place(head));
                    } catch (ReportingException e) {
                        failures.add(
                                () -> {
                                    head.answer.completeExceptionally(e);
                                    memory.releaseWrite(head.memoryBytes());
                                });
                    }
                } else if (neverFits(head)) {
                    dequeue();
                    failures.add(() -> head.answer.completeExceptionally(tooLarge()));
                } else if (++head.memoryWaits < MEMORY_WAITS) {
                    break;
                } else {
                    dequeue();
                    ReportingException e =
                            new ReportingException(
                                    StatusCode.RESOURCE_EXHAUSTED,
                                    "Not enough memory for the write buffer");
                    failures.add(() -> head.answer.completeExceptionally(e));
                }
            }
        }
        failures.forEach(sealers::execute);
        for (int from = 0; from < placed.size(); from += SEAL_CHUNK) {
            List<Ordered> chunk = placed.subList(from, Math.min(placed.size(), from + SEAL_CHUNK));
            sealers.execute(() -> chunk.forEach(Ordered::seal));
        }
    }

    private Arrival dequeue() {
        Arrival head = waiting.poll();
        waitingBytes -= head.memoryBytes();
        someWait = !waiting.isEmpty();
        if (closed != null && !someWait) {
            emptied.complete(null);
        }
        return head;
    }

    private boolean keyPresent() {
        return keyPresent != null && keyPresent.getAsBoolean();
    }

    /** Fails those that wait for a key longer than allowed, or all of them. */
    void failWithoutKey(long arrivedBeforeNanos, ReportingException why) {
        List<Arrival> failed = new ArrayList<>();
        synchronized (this) {
            while (!waiting.isEmpty()
                    && !keyPresent()
                    && waiting.peek().sinceNanos - arrivedBeforeNanos < 0) {
                failed.add(dequeue());
            }
        }
        failed.forEach(arrival -> arrival.answer.completeExceptionally(why));
    }

    /** Monotonic time since when the first of those waits that wait; empty if none does. */
    synchronized OptionalLong waitingSinceNanos() {
        return waiting.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(waiting.peek().sinceNanos);
    }

    /**
     * Refuses what comes from now on, and what waits for the spool to open or for a key. What waits
     * for memory only is still placed.
     *
     * @return completes when nobody waits any more
     */
    CompletionStage<Void> close(ReportingException why) {
        List<Arrival> failed = new ArrayList<>();
        synchronized (this) {
            closed = why;
            while (!waiting.isEmpty() && !ready()) {
                failed.add(dequeue());
            }
            if (waiting.isEmpty()) {
                emptied.complete(null);
            }
        }
        failed.forEach(arrival -> arrival.answer.completeExceptionally(why));
        return emptied;
    }

    /** Refuses also what is left. */
    void abort(ReportingException why) {
        List<Arrival> failed = new ArrayList<>();
        synchronized (this) {
            closed = why;
            while (!waiting.isEmpty()) {
                failed.add(dequeue());
            }
        }
        failed.forEach(arrival -> arrival.answer.completeExceptionally(why));
    }
}
