package io.armature.reporting.queue;

import io.armature.reporting.api.Enqueued;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The answer to one record. A thread that waits for it without a limit writes what is due itself if
 * nobody else does. One that waits for a limited time only waits: a disk that hangs must not hold
 * it.
 */
public final class Receipt extends CompletableFuture<Enqueued> {

    private volatile Committer committer;

    /** The record has its place. */
    void writtenBy(Committer value) {
        committer = value;
    }

    @Override
    public Enqueued get() throws InterruptedException, ExecutionException {
        if (!Thread.currentThread().isInterrupted()) {
            help();
        }
        return super.get();
    }

    @Override
    public Enqueued join() {
        help();
        return super.join();
    }

    private void help() {
        Committer writing = committer;
        if (writing != null && !isDone()) {
            writing.help(this);
        }
    }

    /** What is derived from it only waits. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
