package io.armature.reporting.command;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The spool as its callers see it: calls made while it is away wait for it, in their order, bounded
 * in number and time.
 *
 * <p>A call that was answered is never repeated. One that a provider handed back while it went away
 * (UNAVAILABLE: nothing was stored or changed) waits for the next provider at its old place. So
 * nothing goes to the next provider before the last one has answered or handed back all it has. Any
 * thread may call any method.
 */
final class HeldReporting {

    private final DeviceClock clock;
    private final Executor executor;
    private final int limit;
    private final Duration wait;

    // Guarded by this.
    private final PriorityQueue<Call<?>> held =
            new PriorityQueue<>(Comparator.comparingLong(call -> call.number));
    private Reporting provider;
    private Target last = new Target(null);
    private boolean sending;
    private boolean closed;
    private long calls;

    /**
     * @param executor completes calls that waited too long; must not block
     * @param limit calls that wait at most
     * @param wait how long one waits at most
     */
    HeldReporting(DeviceClock clock, Executor executor, int limit, Duration wait) {
        this.clock = clock;
        this.executor = executor;
        this.limit = limit;
        this.wait = wait;
    }

    /** What one provider has been given and not answered; guarded by the adapter. */
    private static final class Target {
        final Reporting provider;
        int unanswered;

        Target(Reporting provider) {
            this.provider = provider;
        }
    }

    private static final class Call<T> {
        final long number;
        final Function<Reporting, CompletionStage<T>> operation;
        final CompletableFuture<T> answer = new CompletableFuture<>();
        DeviceClock.Timer timer;

        Call(long number, Function<Reporting, CompletionStage<T>> operation) {
            this.number = number;
            this.operation = operation;
        }

        void cancelTimer() {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }
    }

    /** A spool is there, perhaps in the place of another. */
    void arrived(Reporting service) {
        synchronized (this) {
            provider = service;
            if (last.unanswered > 0) {
                held.forEach(this::startTimer);
            }
        }
        send();
    }

    /** A spool has gone; no matter if another one has arrived before. */
    synchronized void left(Reporting service) {
        if (provider == service) {
            provider = null;
            held.forEach(this::startTimer);
        }
    }

    /**
     * Calls the spool now or as soon as it is there.
     *
     * @return the spool's answer; UNAVAILABLE if none came in time or too many wait
     */
    <T> CompletionStage<T> call(Function<Reporting, CompletionStage<T>> operation) {
        Call<T> call;
        synchronized (this) {
            call = new Call<>(calls++, operation);
            if (!hold(call)) {
                return call.answer;
            }
        }
        send();
        return call.answer;
    }

    /** Fails who waits now or later: the adapter itself goes away. */
    void close() {
        List<Call<?>> waiting;
        synchronized (this) {
            closed = true;
            provider = null;
            waiting = List.copyOf(held);
            held.clear();
            waiting.forEach(Call::cancelTimer);
        }
        for (Call<?> call : waiting) {
            call.answer.completeExceptionally(unavailable("the commands are replaced"));
        }
    }

    /** Calls that wait now. */
    synchronized int waiting() {
        return held.size();
    }

    private synchronized <T> boolean hold(Call<T> call) {
        if (closed || held.size() >= limit) {
            call.answer.completeExceptionally(
                    unavailable(
                            closed ? "the commands are replaced" : "too many calls wait for it"));
            return false;
        }
        held.add(call);
        if (provider == null || last.provider != provider && last.unanswered > 0) {
            startTimer(call);
        }
        return true;
    }

    private synchronized void startTimer(Call<?> call) {
        if (call.timer == null) {
            call.timer = clock.after(wait, executor, () -> expire(call));
        }
    }

    private void expire(Call<?> call) {
        boolean expired;
        synchronized (this) {
            expired = held.remove(call);
            if (expired && last.provider != provider) {
                // It had its time, too: nobody waits for its answers any longer.
                last = new Target(provider);
            }
        }
        if (expired) {
            call.answer.completeExceptionally(
                    unavailable("it did not come back within " + wait.toSeconds() + " s"));
        }
    }

    /** Hands waiting calls over, one thread at a time so that they keep their order. */
    private void send() {
        while (true) {
            Call<?> call;
            Target to;
            synchronized (this) {
                if (sending || provider == null || held.isEmpty()) {
                    return;
                }
                if (last.provider != provider) {
                    if (last.unanswered > 0) {
                        return;
                    }
                    last = new Target(provider);
                }
                sending = true;
                to = last;
                to.unanswered++;
                call = held.poll();
                call.cancelTimer();
            }
            try {
                send(call, to);
            } finally {
                synchronized (this) {
                    sending = false;
                }
            }
        }
    }

    private <T> void send(Call<T> call, Target to) {
        CompletionStage<T> stage;
        try {
            stage = call.operation.apply(to.provider);
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((value, failure) -> answered(call, to, value, unwrap(failure)));
    }

    private <T> void answered(Call<T> call, Target by, T value, Throwable failure) {
        boolean again;
        boolean next;
        synchronized (this) {
            by.unanswered--;
            again = handedBack(by.provider, failure) && hold(call);
            next = by.unanswered == 0 && provider != by.provider;
        }
        if (failure == null) {
            call.answer.complete(value);
        } else if (!again) {
            call.answer.completeExceptionally(failure);
        }
        if (next) {
            send();
        }
    }

    private boolean handedBack(Reporting by, Throwable failure) {
        return provider != by
                && failure instanceof ReportingException refused
                && refused.code() == StatusCode.UNAVAILABLE;
    }

    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static ReportingException unavailable(String reason) {
        return new ReportingException(
                StatusCode.UNAVAILABLE, "The reporting spool is away: " + reason + "; try again");
    }
}
