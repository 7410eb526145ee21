package io.armature.reporting;

import io.armature.reporting.api.ReportingException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What calls wait for: the open spool. While somebody else has the files they are refused, until it
 * opens after all. Thread-safe.
 */
final class Entrance {

    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private volatile CompletableFuture<SpoolCore> opened = new CompletableFuture<>();
    private volatile ReportingException refusal;
    private volatile SpoolCore late;
    private boolean closed; // guarded by this

    /** Completes with the spool, or fails while calls are refused. */
    CompletionStage<SpoolCore> opened() {
        return opened;
    }

    /** Completes once it was open; fails once it never will be. */
    CompletionStage<Void> serving() {
        return serving;
    }

    /** The spool, if it is open or was at its end. */
    Optional<SpoolCore> core() {
        CompletableFuture<SpoolCore> known = opened;
        return known.isDone() && !known.isCompletedExceptionally()
                ? Optional.of(known.join())
                : Optional.empty();
    }

    /** As {@link #core}, or the one that was about to open at the end. */
    Optional<SpoolCore> coreOrLate() {
        return core().or(() -> Optional.ofNullable(late));
    }

    /** Why calls are refused for the time being, null if they are not. */
    ReportingException refusal() {
        return refusal;
    }

    /**
     * Refuses calls until it opens.
     *
     * @return whether they were not refused before
     */
    boolean refuse(ReportingException why) {
        boolean first = refusal == null;
        refusal = why;
        opened.completeExceptionally(why);
        return first;
    }

    /** Lets calls in; false if it was closed meanwhile. */
    boolean open(SpoolCore core) {
        if (!next().complete(core)) {
            late = core;
            return false;
        }
        refusal = null;
        serving.complete(null);
        return true;
    }

    private synchronized CompletableFuture<SpoolCore> next() {
        if (refusal != null && !closed) {
            opened = new CompletableFuture<>();
        }
        return opened;
    }

    /** No more than one caller may close it: false for the others. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Refuses, unless it is open, for good. */
    void fail(ReportingException why) {
        serving.completeExceptionally(why);
        opened.completeExceptionally(why);
    }
}
