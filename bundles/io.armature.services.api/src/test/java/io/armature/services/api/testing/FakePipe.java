package io.armature.services.api.testing;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One end of a pipe under one lock, which both ends and their listeners share. */
final class FakePipe implements Pipe {

    private final Object lock;
    private final Queue<byte[]> inbox = new ArrayDeque<>();
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    private CompletableFuture<Void> writable = CompletableFuture.completedFuture(null);
    private int inboxBytes;
    private boolean delivering;
    private CloseReason reason;
    private Listener listener;
    private FakePipe other;

    private FakePipe(Object lock) {
        this.lock = lock;
    }

    /** The requester's end of a new pipe. */
    static FakePipe make() {
        Object lock = new Object();
        FakePipe near = new FakePipe(lock);
        near.other = new FakePipe(lock);
        near.other.other = near;
        return near;
    }

    /** The owner's end. */
    FakePipe other() {
        return other;
    }

    @Override
    public Sent send(byte[] message) {
        if (message.length > MESSAGE_LIMIT_BYTES) {
            throw new IllegalArgumentException("message had " + message.length + " bytes");
        }
        synchronized (lock) {
            if (reason != null) {
                return Sent.CLOSED;
            }
            if (other.inboxBytes > 0 && other.inboxBytes + message.length > BUFFER_LIMIT_BYTES) {
                if (writable.isDone()) {
                    writable = new CompletableFuture<>();
                }
                return Sent.FULL;
            }
            other.inbox.add(message.clone());
            other.inboxBytes += message.length;
            other.deliver();
            return Sent.SENT;
        }
    }

    @Override
    public CompletionStage<Void> writable() {
        synchronized (lock) {
            return writable;
        }
    }

    @Override
    public void listen(Listener wanted) {
        synchronized (lock) {
            if (listener != null) {
                throw new IllegalStateException("this end of the pipe has a listener");
            }
            listener = wanted;
            deliver();
        }
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return closed;
    }

    @Override
    public void close(CloseReason why) {
        synchronized (lock) {
            inbox.clear();
            if (reason == null) {
                reason = why;
                other.reason = why;
            }
            writable.complete(null);
            other.writable.complete(null);
            deliver();
            other.deliver();
        }
    }

    private void deliver() {
        while (!delivering && listener != null && !inbox.isEmpty()) {
            delivering = true;
            byte[] message = inbox.remove();
            inboxBytes -= message.length;
            try {
                listener.onMessage(message);
            } catch (RuntimeException e) {
                close(CloseReason.of(ErrorCode.UNKNOWN, "the listener failed: " + e));
            } finally {
                delivering = false;
            }
            other.writable.complete(null);
        }
        if (reason != null && !delivering && inbox.isEmpty()) {
            closed.complete(reason);
        }
    }
}
