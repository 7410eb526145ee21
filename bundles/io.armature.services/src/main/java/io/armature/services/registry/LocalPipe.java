package io.armature.services.registry;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both ends of a pipe within this process. Messages are delivered by the thread that sends, one
 * thread at a time for each direction; a slow listener is the sender's business only until the
 * buffer is full.
 *
 * <p>Ten thousand of these may wait: everything that only a used pipe needs is made when needed.
 */
public final class LocalPipe {

    private static final Logger LOG = LoggerFactory.getLogger(LocalPipe.class);

    private final End near = new End();
    private final End far = new End();

    /** The end that the requester keeps. */
    public Pipe near() {
        return near;
    }

    /** The end that the owner gets. */
    public Pipe far() {
        return far;
    }

    private End other(End end) {
        return end == near ? far : near;
    }

    private final class End implements Pipe {

        // Guarded by the pipe.
        private ArrayDeque<byte[]> inbox;
        private int inboxBytes;
        private Listener listener;
        private boolean delivering;
        private CloseReason reason; // of the pipe, as this end is told
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
                if (to.inboxBytes > 0 && to.inboxBytes + message.length > BUFFER_LIMIT_BYTES) {
                    return Sent.FULL;
                }
                if (to.inbox == null) {
                    to.inbox = new ArrayDeque<>(2);
                }
                to.inbox.add(message.clone());
                to.inboxBytes += message.length;
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
        public CompletionStage<CloseReason> closed() {
            synchronized (LocalPipe.this) {
                if (closed == null) {
                    closed = new CompletableFuture<>();
                    if (reason != null && !holdsMessages()) {
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
                if (reason != null) {
                    return;
                }
                reason = why;
                to.reason = why;
                inbox = null; // who closes wants nothing more
                inboxBytes = 0;
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
                    if (delivering || listener == null || inbox == null || inbox.isEmpty()) {
                        break;
                    }
                    delivering = true;
                    message = inbox.poll();
                    inboxBytes -= message.length;
                    to = listener;
                }
                try {
                    to.onMessage(message);
                } catch (RuntimeException e) {
                    LOG.warn("listener of a pipe failed", e);
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

        private void tell() {
            CompletableFuture<CloseReason> told;
            CloseReason why;
            synchronized (LocalPipe.this) {
                if (reason == null || closed == null || delivering || holdsMessages()) {
                    return;
                }
                told = closed;
                why = reason;
            }
            told.complete(why);
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
