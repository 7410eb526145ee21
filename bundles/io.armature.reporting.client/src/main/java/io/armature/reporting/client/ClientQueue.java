package io.armature.reporting.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.reporting.api.client.ReportQueue;
import io.armature.reporting.proto.EnqueueRecordRequest;
import io.armature.reporting.proto.Priority;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Holds records until it has a spool, then hands them over: those that waited first, by one thread
 * in their order, and everything after them directly.
 */
final class ClientQueue implements ReportQueue {

    private record Held(EnqueueRecordRequest request, CompletableFuture<Enqueued> answer) {

        long bytes() {
            return request.getRecord().getData().size();
        }
    }

    /** Makes what a record holds. */
    private interface Content {
        ByteString bytes() throws ReportingException;
    }

    private final RecordForm form;
    private final SpeculativeLimits limits;
    private final Tally tally;
    private final Consumer<ClientQueue> gone;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    // Guarded by this.
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long heldBytes;
    private Reporting spool;
    private boolean handingOver;
    private ReportingException ended;

    /**
     * @param tally counts what becomes of records
     * @param gone told when the queue has ended, perhaps more than once
     */
    ClientQueue(
            RecordForm form, SpeculativeLimits limits, Tally tally, Consumer<ClientQueue> gone) {
        this.form = form;
        this.limits = limits;
        this.tally = tally;
        this.gone = gone;
    }

    /** Completes when the queue has its spool; fails if it ends before. */
    CompletionStage<Void> begun() {
        return begun;
    }

    /** The spool is there. Hands over what waits; the second time nothing happens. */
    void ready(Reporting reporting) {
        synchronized (this) {
            if (spool != null) {
                return;
            }
            spool = reporting;
            handingOver = true;
        }
        for (Held next = next(); next != null; next = next()) {
            CompletableFuture<Enqueued> answer = next.answer();
            handOver(reporting, next.request())
                    .whenComplete(
                            (stored, failure) -> {
                                if (failure == null) {
                                    answer.complete(stored);
                                } else {
                                    answer.completeExceptionally(failure);
                                }
                            });
        }
        begun.complete(null);
    }

    /** No spool has come in time. */
    void late(ReportingException why) {
        synchronized (this) {
            if (spool != null) {
                return;
            }
        }
        refused(why);
    }

    /** No spool will come, or the configuration is refused: everything fails. */
    void refused(ReportingException why) {
        end(why, why);
    }

    private synchronized Held next() {
        Held next = held.poll();
        if (next == null) {
            handingOver = false;
        } else {
            heldBytes -= next.bytes();
        }
        return next;
    }

    @Override
    public CompletionStage<Enqueued> enqueue(String text, Priority priority) {
        return add(() -> ByteString.copyFromUtf8(text), priority);
    }

    @Override
    public CompletionStage<Enqueued> enqueue(MessageLite message, Priority priority) {
        return add(message::toByteString, priority);
    }

    @Override
    public CompletionStage<Enqueued> enqueueJson(Map<String, ?> object, Priority priority) {
        return add(() -> ByteString.copyFromUtf8(JsonText.of(object)), priority);
    }

    private CompletionStage<Enqueued> add(Content content, Priority priority) {
        CompletionStage<Enqueued> answer = added(content, priority);
        // Beside the answer, not before: who waits for a derived stage cannot help to write.
        answer.whenComplete((stored, failure) -> tally.ended(failure));
        return answer;
    }

    private CompletionStage<Enqueued> added(Content content, Priority priority) {
        try {
            Reporting direct;
            EnqueueRecordRequest request;
            synchronized (this) {
                usable();
                direct = handingOver ? null : spool;
            }
            request = form.request(content.bytes(), priority);
            if (direct == null) {
                Held waiting = new Held(request, new CompletableFuture<>());
                direct = hold(waiting);
                if (direct == null) {
                    return waiting.answer().copy();
                }
            }
            return handOver(direct, request);
        } catch (ReportingException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns the spool instead if nothing waits any more. */
    private synchronized Reporting hold(Held waiting) throws ReportingException {
        usable();
        if (spool != null && !handingOver) {
            return spool;
        }
        if (held.size() >= limits.records() || heldBytes + waiting.bytes() > limits.bytes()) {
            throw new ReportingException(
                    StatusCode.RESOURCE_EXHAUSTED,
                    "Too much waits for the spool: "
                            + held.size()
                            + " records, "
                            + heldBytes
                            + " B; try again");
        }
        held.add(waiting);
        heldBytes += waiting.bytes();
        return null;
    }

    private CompletionStage<Enqueued> handOver(Reporting to, EnqueueRecordRequest request) {
        try {
            form.askPolicy();
        } catch (ReportingException e) {
            return CompletableFuture.failedFuture(e);
        }
        return to.enqueue(request);
    }

    @Override
    public CompletionStage<Void> flush(Priority priority) {
        Reporting to;
        synchronized (this) {
            if (ended != null) {
                return CompletableFuture.failedFuture(ended);
            }
            if (spool == null || handingOver) {
                return CompletableFuture.failedFuture(
                        new ReportingException(
                                StatusCode.FAILED_PRECONDITION,
                                "The queue is not ready yet; try again"));
            }
            to = spool;
        }
        return to.flush(priority);
    }

    private void usable() throws ReportingException {
        if (ended != null) {
            throw new ReportingException(ended.code(), ended.getMessage());
        }
    }

    @Override
    public void close() {
        end(
                new ReportingException(
                        StatusCode.DATA_LOSS, "The queue was closed before the spool was there"),
                new ReportingException(StatusCode.FAILED_PRECONDITION, "The queue is closed"));
    }

    /** Nothing happens if it has ended already. */
    private void end(ReportingException waiting, ReportingException later) {
        List<Held> lost;
        synchronized (this) {
            if (ended != null) {
                return;
            }
            ended = later;
            lost = List.copyOf(held);
            held.clear();
            heldBytes = 0;
        }
        lost.forEach(record -> record.answer().completeExceptionally(waiting));
        begun.completeExceptionally(waiting);
        gone.accept(this);
    }
}
