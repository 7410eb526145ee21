package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What a pipe has received: kept until somebody listens, then given in order, then the end. All of
 * it happens on the event loop's thread but for {@link #listen} and {@link #closed}.
 */
final class Delivery {

    private final Executor loop;
    private final Pipe pipe;
    private final FailureLines failures;
    private final Consumer<byte[]> taken;
    private final AtomicBoolean listens = new AtomicBoolean();
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

    // These belong to the event loop's thread.
    private final ArrayDeque<byte[]> kept = new ArrayDeque<>(1);
    private long keptBytes;
    private Pipe.Listener listener;
    private CloseReason reason;

    /**
     * @param taken told of each message that the listener takes, before it does
     */
    Delivery(Executor loop, Pipe pipe, FailureLines failures, Consumer<byte[]> taken) {
        this.loop = loop;
        this.pipe = pipe;
        this.failures = failures;
        this.taken = taken;
    }

    void listen(Pipe.Listener wanted) {
        Objects.requireNonNull(wanted, "listener");
        if (!listens.compareAndSet(false, true)) {
            throw new IllegalStateException("this end of the pipe has a listener");
        }
        loop.execute(
                () -> {
                    listener = wanted;
                    drain();
                });
    }

    CompletionStage<CloseReason> closed() {
        return closed.minimalCompletionStage();
    }

    /** A message has come. */
    void message(byte[] message) {
        kept.add(message);
        keptBytes += message.length;
        drain();
    }

    /** Bytes that wait for a listener. */
    long keptBytes() {
        return keptBytes;
    }

    /** This end was closed: nobody wants what is kept. */
    void drop() {
        kept.clear();
        keptBytes = 0;
    }

    /** The pipe has ended; told once. */
    void ended(CloseReason why) {
        reason = why;
        drain();
    }

    private void drain() {
        while (listener != null && !kept.isEmpty()) {
            byte[] message = kept.poll();
            keptBytes -= message.length;
            taken.accept(message);
            try {
                listener.onMessage(message);
            } catch (RuntimeException e) {
                failures.add("listener of a pipe failed", e);
                drop();
                pipe.close(CloseReason.of(ErrorCode.UNKNOWN, "the listener failed"));
            }
        }
        if (reason != null && kept.isEmpty()) {
            closed.complete(reason);
        }
    }
}
