package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe.Listener;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What has come for one end of a pipe and was not taken yet, and how that ends. The listener runs
 * on the event loop's thread; other methods on any.
 */
final class Inbox {

    private final Executor loop;
    private final IntConsumer taken;
    private final Consumer<RuntimeException> failed;

    // Guarded by this.
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(1);
    private int bytes;
    private Listener listener;
    private boolean paused;
    private CloseReason reason;
    private CompletableFuture<CloseReason> closed;

    /**
     * @param taken told the length of each message after the listener has got it
     * @param failed told what the listener has thrown, to close the pipe
     */
    Inbox(Executor loop, IntConsumer taken, Consumer<RuntimeException> failed) {
        this.loop = loop;
        this.taken = taken;
        this.failed = failed;
    }

    /** A message has come; on the loop's thread. */
    void add(byte[] message) {
        synchronized (this) {
            if (reason != null) {
                return;
            }
            waiting.add(message);
            bytes += message.length;
        }
        deliver();
    }

    void listen(Listener wanted) {
        Objects.requireNonNull(wanted, "listener");
        synchronized (this) {
            if (listener != null) {
                throw new IllegalStateException("this end of the pipe has a listener");
            }
            listener = wanted;
        }
        loop.execute(this::deliver);
    }

    synchronized void pause() {
        paused = true;
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        loop.execute(this::deliver);
    }

    /** Bytes that wait. */
    synchronized int bytes() {
        return bytes;
    }

    /** The other end has closed: told after what waits. */
    void end(CloseReason why) {
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
        }
        tell();
    }

    /**
     * This end has closed: what waits is not wanted.
     *
     * @return how many bytes that was
     */
    int discard(CloseReason why) {
        int dropped;
        synchronized (this) {
            if (reason == null) {
                reason = why;
            }
            waiting.clear();
            dropped = bytes;
            bytes = 0;
        }
        tell();
        return dropped;
    }

    synchronized CompletionStage<CloseReason> closed() {
        if (closed == null) {
            closed = new CompletableFuture<>();
            if (reason != null && waiting.isEmpty()) {
                closed.complete(reason);
            }
        }
        return closed.minimalCompletionStage();
    }

    private void deliver() {
        while (true) {
            byte[] message;
            Listener to;
            synchronized (this) {
                if (listener == null || paused || waiting.isEmpty()) {
                    break;
                }
                message = waiting.poll();
                bytes -= message.length;
                to = listener;
            }
            int length = message.length;
            try {
                to.onMessage(message);
            } catch (RuntimeException e) {
                failed.accept(e);
            }
            taken.accept(length);
        }
        tell();
    }

    private void tell() {
        CompletableFuture<CloseReason> told;
        CloseReason why;
        synchronized (this) {
            if (reason == null || closed == null || !waiting.isEmpty()) {
                return;
            }
            told = closed;
            why = reason;
        }
        told.complete(why);
    }
}
