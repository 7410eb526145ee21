package io.armature.reporting.queue;

import io.armature.reporting.api.Enqueued;
import io.armature.reporting.api.ReportingException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The answer to one record. A thread that waits for it, without a limit or with a long one, writes
 * what is due itself if nobody else does. One whose limit is short only waits: a disk that hangs
 * must not hold it. The limit is that of the wait or of the answer, whichever ends first.
 */
public final class Receipt extends CompletableFuture<Enqueued> {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Consumer<ReportingException> failed;
    private volatile Committer committer;
    private volatile Limit limit;

    /** When the answer is given at the latest. */
    private record Limit(long startNanos, long nanos) {
        long left() {
            return nanos - (System.nanoTime() - startNanos);
        }
    }

    /**
     * @param failed told, once, if the record was not stored
     */
    public Receipt(Consumer<ReportingException> failed) {
        this.failed = failed;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        boolean first = super.completeExceptionally(failure);
        if (first && failure instanceof ReportingException known) {
            failed.accept(known);
        }
        return first;
    }

    /** The record has its place. */
    void writtenBy(Committer value) {
        committer = value;
    }

    @Override
    public Enqueued get() throws InterruptedException, ExecutionException {
        if (!Thread.currentThread().isInterrupted()) {
            help(NO_LIMIT);
        }
        return super.get();
    }

    @Override
    public Enqueued get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        Limit wait = new Limit(System.nanoTime(), unit.toNanos(timeout));
        if (!Thread.currentThread().isInterrupted()) {
            help(wait.nanos());
        }
        return super.get(isDone() ? 0 : wait.left(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Enqueued join() {
        help(NO_LIMIT);
        return super.join();
    }

    @Override
    public CompletableFuture<Enqueued> orTimeout(long timeout, TimeUnit unit) {
        limit(unit.toNanos(timeout));
        return super.orTimeout(timeout, unit);
    }

    @Override
    public CompletableFuture<Enqueued> completeOnTimeout(
            Enqueued value, long timeout, TimeUnit unit) {
        limit(unit.toNanos(timeout));
        return super.completeOnTimeout(value, timeout, unit);
    }

    private synchronized void limit(long nanos) {
        if (limit == null || nanos < limit.left()) {
            limit = new Limit(System.nanoTime(), nanos);
        }
    }

    private void help(long nanos) {
        Committer writing = committer;
        if (writing != null && !isDone()) {
            Limit own = limit;
            writing.help(this, own == null ? nanos : Math.min(nanos, own.left()));
        }
    }

    /** What is derived from it only waits. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
