package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Calls under way, but for records: the end of the spool waits for them, for some time, and then
 * answers who still waits. Thread-safe.
 */
final class Operations {

    // Guarded by this.
    private final Set<CompletableFuture<?>> running = new HashSet<>();
    private ReportingException closed;
    private final CompletableFuture<Void> quiet = new CompletableFuture<>();

    /**
     * Begins one.
     *
     * @return fails with ReportingException only
     */
    <T> CompletionStage<T> run(Supplier<CompletionStage<T>> operation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        synchronized (this) {
            if (closed != null) {
                answer.completeExceptionally(closed);
                return answer;
            }
            running.add(answer);
        }
        Stages.plain(operation.get())
                .whenComplete(
                        (value, failure) -> {
                            if (failure == null) {
                                answer.complete(value);
                            } else {
                                answer.completeExceptionally(failure);
                            }
                            ended(answer);
                        });
        return answer;
    }

    private synchronized void ended(CompletableFuture<?> answer) {
        running.remove(answer);
        if (closed != null && running.isEmpty()) {
            quiet.complete(null);
        }
    }

    /**
     * Begins no more.
     *
     * @return completes when none is under way
     */
    synchronized CompletableFuture<Void> close(ReportingException why) {
        closed = why;
        if (running.isEmpty()) {
            quiet.complete(null);
        }
        return quiet;
    }

    /** Answers who still waits; what was begun may go on. */
    void abort(ReportingException why) {
        List<CompletableFuture<?>> left;
        synchronized (this) {
            left = List.copyOf(running);
        }
        left.forEach(answer -> answer.completeExceptionally(why));
    }
}
