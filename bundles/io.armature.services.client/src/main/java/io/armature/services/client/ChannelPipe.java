package io.armature.services.client;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Pipe;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A pipe that the manager relays on the connection; ends with it. */
final class ChannelPipe implements Pipe {

    static final long FIRST_CREDIT = 65_536;
    private static final long COST = 16;

    private final Executor loop;
    private final Delivery delivery;

    // Guarded by this.
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>(1);
    private long outgoingBytes;
    private CloseReason leaving;
    private boolean ended;
    private boolean full;
    private CompletableFuture<Void> writable;

    // These belong to the loop's thread.
    private Link link;
    private long number;
    private long credit = FIRST_CREDIT;
    private long window = FIRST_CREDIT;

    ChannelPipe(Executor loop, FailureLines failures) {
        this.loop = loop;
        this.delivery = new Delivery(loop, this, failures, this::taken);
    }

    /** Gets its connection and number; on the loop's thread. */
    void attach(Link to, long channel) {
        link = to;
        number = channel;
        loop.execute(this::flush); // behind the call that names the channel
    }

    /** A message has come; on the loop's thread. */
    void message(byte[] message) {
        if (window <= 0) {
            close(CloseReason.of(ErrorCode.UNKNOWN, "a message came without credit"));
            return;
        }
        window -= message.length + COST;
        delivery.message(message);
    }

    private void taken(byte[] message) {
        long cost = message.length + COST;
        window += cost;
        if (link != null) {
            link.giveCredit(number, cost);
        }
    }

    /** The other end has taken something; on the loop's thread. */
    void credit(long bytes) {
        credit += bytes;
        flush();
    }

    /** The other end has closed, or the connection ended; on the loop's thread. */
    void over(CloseReason reason) {
        boolean first;
        synchronized (this) {
            first = !ended;
            ended = true;
            outgoing.clear();
            outgoingBytes = 0;
        }
        link = null;
        wakeWriter();
        if (first) {
            delivery.ended(reason);
        }
    }

    private void flush() {
        while (link != null && credit > 0) {
            byte[] message = next();
            if (message == null) {
                break;
            }
            credit -= message.length + COST;
            link.sendMessage(number, message);
        }
        wakeWriter();
        leave();
    }

    private synchronized byte[] next() {
        byte[] message = outgoing.poll();
        if (message != null) {
            outgoingBytes -= message.length;
        }
        return message;
    }

    private void leave() {
        CloseReason reason;
        synchronized (this) {
            if (leaving == null || ended || !outgoing.isEmpty()) {
                return;
            }
            reason = leaving;
        }
        if (link != null) {
            link.sendClose(number, reason);
            over(reason);
        }
    }

    private void wakeWriter() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            boolean room = outgoingBytes <= BUFFER_LIMIT_BYTES / 2;
            if (!room && !ended && leaving == null) {
                return;
            }
            full = false;
            waiting = writable;
            writable = null;
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    @Override
    public Sent send(byte[] message) {
        Limits.check(message, Limits.CHANNEL_MESSAGE_BYTES);
        synchronized (this) {
            if (ended || leaving != null) {
                return Sent.CLOSED;
            }
            if (outgoingBytes > 0 && outgoingBytes + message.length > BUFFER_LIMIT_BYTES) {
                full = true;
                return Sent.FULL;
            }
            outgoing.add(message.clone());
            outgoingBytes += message.length;
        }
        loop.execute(this::flush);
        return Sent.SENT;
    }

    @Override
    public synchronized CompletionStage<Void> writable() {
        if (ended || leaving != null || !full) {
            return CompletableFuture.completedFuture(null);
        }
        if (writable == null) {
            writable = new CompletableFuture<>();
        }
        return writable.minimalCompletionStage();
    }

    @Override
    public void listen(Listener listener) {
        delivery.listen(listener);
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return delivery.closed();
    }

    @Override
    public void close(CloseReason reason) {
        Objects.requireNonNull(reason, "reason");
        synchronized (this) {
            if (leaving != null) {
                return;
            }
            leaving = reason;
        }
        loop.execute(
                () -> {
                    delivery.drop();
                    if (link == null) {
                        over(reason); // not named to the manager yet, or lost
                    } else {
                        flush();
                    }
                });
    }

    /** Whether it ended before it was named to the manager; on the loop's thread. */
    synchronized boolean isOver() {
        return ended;
    }
}
