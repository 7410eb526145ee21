package io.armature.services.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Tries something every 100 ms until it succeeds or a limit is reached. */
final class Attempts<T> {

    /** Pause between two attempts. */
    static final Duration PAUSE = Duration.ofMillis(100);

    private final Timing timing;
    private final Executor executor;
    private final Attempt<T> attempt;
    private final long limitNanos;
    private final long began;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    /** What is tried. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws IOException;
    }

    private Attempts(Timing timing, Executor executor, Attempt<T> attempt, Duration limit) {
        this.timing = timing;
        this.executor = executor;
        this.attempt = attempt;
        this.limitNanos = limit.toNanos();
        this.began = timing.nanos();
    }

    /**
     * Begins at once on the executor.
     *
     * @return fails with the last attempt's exception once the limit is reached
     */
    static <T> CompletionStage<T> of(
            Timing timing, Executor executor, Attempt<T> attempt, Duration limit) {
        Attempts<T> attempts = new Attempts<>(timing, executor, attempt, limit);
        executor.execute(attempts::next);
        return attempts.result;
    }

    private void next() {
        try {
            result.complete(attempt.make());
        } catch (IOException e) {
            if (timing.nanos() - began >= limitNanos) {
                result.completeExceptionally(e);
            } else {
                timing.after(PAUSE, executor, this::next);
            }
        }
    }
}
