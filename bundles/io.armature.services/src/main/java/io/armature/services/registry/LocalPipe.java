package io.armature.services.registry;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import io.armature.services.spi.PausablePipe;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Both ends of a pipe within this process. Messages are delivered by the thread that sends, one
 * thread at a time for each direction; a slow listener is the sender's business only until the
 * buffer is full. What has been sent before the close arrives after it, also at an end that begins
 * to listen later.
 *
 * <p>Ten thousand of these may wait: everything that only a used pipe needs is made when needed.
 */
public final class LocalPipe {

    /** Told once when an end is closed and has no message left; any thread, must not block. */
    @FunctionalInterface
    public interface Watcher {
        /** This end is done. */
        void ended(Pipe end);
    }

    /** Counted for a short message: what it takes to keep one. */
    private static final int MESSAGE_COST_BYTES = 32;

    private final FailureLog failures;
    private final End near = new End();
    private final End far = new End();

    /**
     * A pipe with nothing in it.
     *
     * @param failures told of listeners that throw
     */
    public LocalPipe(FailureLog failures) {
        this.failures = failures;
    }

    /** The end that the requester keeps. */
    public Pipe near() {
        return near;
    }

    /** The end that the owner gets. */
    public Pipe far() {
        return far;
    }

    /**
     * Has a watcher told of the end of a pipe, in the place of the one before; at once if it has
     * ended. Costs a pipe of this process nothing, other than {@link Pipe#closed()}.
     *
     * @param end of any pipe
     */
    public static void watch(Pipe end, Watcher watcher) {
        if (end instanceof End local) {
            local.watch(watcher);
        } else {
            end.closed().thenRun(() -> watcher.ended(end));
        }
    }

    /** Takes the watcher of an end away, if it is a pipe of this process. */
    static void unwatch(Pipe end) {
        if (end instanceof End local) {
            local.watch(null);
        }
    }

    private static int cost(byte[] message) {
        return Math.max(message.length, MESSAGE_COST_BYTES);
    }

    private End other(End end) {
        return end == near ? far : near;
    }

    private final class End implements PausablePipe {

        // Guarded by the pipe.
        private ArrayDeque<byte[]> inbox;
        private int inboxBytes;
        private Listener listener;
        private boolean delivering;
        private boolean paused;
        private CloseReason reason; // of the pipe, as this end is told
        private Watcher watcher;
        private CompletableFuture<CloseReason> closed;
        private CompletableFuture<Void> writable;

        @Override
        public Sent send(byte[] message) {
            if (message.length > MESSAGE_LIMIT_BYTES) {
                throw new IllegalArgumentException(
                        "message must have at most "
                                + MESSAGE_LIMIT_BYTES
                                + " bytes, had "
                                + message.length);
            }
            End to = other(this);
            synchronized (LocalPipe.this) {
                if (reason != null) {
                    return Sent.CLOSED;
                }
                if (to.inboxBytes > 0 && to.inboxBytes + cost(message) > BUFFER_LIMIT_BYTES) {
                    return Sent.FULL;
                }
                if (to.inbox == null) {
                    to.inbox = new ArrayDeque<>(2);
                }
                to.inbox.add(message.clone());
                to.inboxBytes += cost(message);
            }
            to.deliver();
            return Sent.SENT;
        }

        @Override
        public CompletionStage<Void> writable() {
            synchronized (LocalPipe.this) {
                if (reason != null || other(this).hasRoom()) {
                    return CompletableFuture.completedFuture(null);
                }
                if (writable == null) {
                    writable = new CompletableFuture<>();
                }
                return writable.minimalCompletionStage();
            }
        }

        private boolean hasRoom() {
            return inboxBytes <= BUFFER_LIMIT_BYTES - MESSAGE_LIMIT_BYTES;
        }

        @Override
        public void listen(Listener wanted) {
            Objects.requireNonNull(wanted, "listener");
            synchronized (LocalPipe.this) {
                if (listener != null) {
                    throw new IllegalStateException("this end of the pipe has a listener");
                }
                listener = wanted;
            }
            deliver();
        }

        @Override
        public void pause() {
            synchronized (LocalPipe.this) {
                paused = true;
            }
        }

        @Override
        public void resume() {
            synchronized (LocalPipe.this) {
                paused = false;
            }
            deliver();
        }

        @Override
        public CompletionStage<CloseReason> closed() {
            synchronized (LocalPipe.this) {
                if (closed == null) {
                    closed = new CompletableFuture<>();
                    if (ended()) {
                        closed.complete(reason);
                    }
                }
                return closed.minimalCompletionStage();
            }
        }

        @Override
        public void close(CloseReason why) {
            Objects.requireNonNull(why, "reason");
            End to = other(this);
            synchronized (LocalPipe.this) {
                inbox = null; // who closes wants nothing more
                inboxBytes = 0;
                if (reason == null) {
                    reason = why;
                    to.reason = why;
                }
            }
            wakeWriter();
            to.wakeWriter();
            tell();
            to.deliver();
        }

        /** Gives waiting messages to the listener, then tells of the end. */
        private void deliver() {
            while (true) {
                byte[] message;
                Listener to;
                synchronized (LocalPipe.this) {
                    if (delivering || paused || listener == null || !holdsMessages()) {
                        break;
                    }
                    delivering = true;
                    message = inbox.poll();
                    inboxBytes -= cost(message);
                    to = listener;
                }
                try {
                    to.onMessage(message);
                } catch (RuntimeException | Error e) {
                    // The sender has no part in it, whatever it is.
                    failures.add("listener of a pipe failed", e);
                    close(CloseReason.of(ErrorCode.UNKNOWN, "the listener failed"));
                } finally {
                    synchronized (LocalPipe.this) {
                        delivering = false;
                    }
                }
                other(this).wakeWriter();
            }
            tell();
        }

        void watch(Watcher wanted) {
            synchronized (LocalPipe.this) {
                watcher = wanted;
            }
            tell();
        }

        private void tell() {
            CompletableFuture<CloseReason> told;
            Watcher watching;
            CloseReason why;
            synchronized (LocalPipe.this) {
                if (!ended()) {
                    return;
                }
                told = closed;
                watching = watcher;
                watcher = null;
                why = reason;
            }
            if (watching != null) {
                watching.ended(this);
            }
            if (told != null) {
                told.complete(why);
            }
        }

        private boolean ended() {
            return reason != null && !delivering && !holdsMessages();
        }

        private boolean holdsMessages() {
            return inbox != null && !inbox.isEmpty();
        }

        /** Completes the wait for room, if there is room or no more need of it. */
        private void wakeWriter() {
            CompletableFuture<Void> waiting;
            synchronized (LocalPipe.this) {
                if (writable == null || reason == null && !other(this).hasRoom()) {
                    return;
                }
                waiting = writable;
                writable = null;
            }
            waiting.complete(null);
        }
    }
}
