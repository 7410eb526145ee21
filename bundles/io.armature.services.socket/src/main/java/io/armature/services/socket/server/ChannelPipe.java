package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.spi.PausablePipe;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An end of a pipe whose other end is a channel of a connection. Each direction sends as long as it
 * has credit left; what the receiver takes, it gives back.
 */
final class ChannelPipe implements PausablePipe {

    /** Credit of each direction at first, bytes. */
    static final int CREDIT = 65_536;

    /** What a message costs besides its length. */
    static final int COST = 16;

    /** Longest message, bytes: with its envelope one frame of the connection. */
    static final int LONGEST = (1 << 20) - 32;

    private final long number;
    private final Channels channels;
    private final Inbox inbox;

    // Guarded by this.
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>(1);
    private int outgoingBytes;
    private long credit = CREDIT;
    private long theirs = CREDIT;
    private int owed;
    private CloseReason ending;
    private boolean ended;
    private CompletableFuture<Void> writable;

    ChannelPipe(long number, Channels channels) {
        this.number = number;
        this.channels = channels;
        this.inbox = new Inbox(channels::execute, this::taken, this::failed);
    }

    private void failed(RuntimeException failure) {
        channels.listenerFailed(failure);
        close(CloseReason.of(ErrorCode.UNKNOWN, "the listener failed"));
    }

    long number() {
        return number;
    }

    @Override
    public Sent send(byte[] message) {
        if (message.length > LONGEST) {
            close(CloseReason.of(ErrorCode.UNKNOWN, "too long a message for a channel"));
            return Sent.CLOSED;
        }
        synchronized (this) {
            if (ended || ending != null) {
                return Sent.CLOSED;
            }
            if (outgoingBytes > 0 && outgoingBytes + message.length > BUFFER_LIMIT_BYTES) {
                return Sent.FULL;
            }
            if (channels.reserve(message.length)) {
                outgoing.add(message.clone());
                outgoingBytes += message.length;
                flush();
                return Sent.SENT;
            }
        }
        abandon("too much waits for the channels of this connection");
        return Sent.CLOSED;
    }

    /** Sends what credit and connection have room for, and the end after it. */
    synchronized void flush() {
        while (!ended && !outgoing.isEmpty() && credit > 0 && channels.hasRoom()) {
            byte[] message = outgoing.poll();
            outgoingBytes -= message.length;
            channels.release(message.length);
            credit -= message.length + COST;
            channels.sendMessage(number, message);
        }
        if (!ended && ending != null && outgoing.isEmpty()) {
            ended = true;
            channels.sendClose(this, ending);
        }
        if (writable != null && (ended || outgoingBytes <= BUFFER_LIMIT_BYTES / 2)) {
            CompletableFuture<Void> waiting = writable;
            writable = null;
            channels.execute(() -> waiting.complete(null));
        }
    }

    @Override
    public synchronized CompletionStage<Void> writable() {
        if (ended || ending != null || outgoingBytes <= BUFFER_LIMIT_BYTES / 2) {
            return CompletableFuture.completedFuture(null);
        }
        if (writable == null) {
            writable = new CompletableFuture<>();
        }
        return writable.minimalCompletionStage();
    }

    /** Bytes that wait to be sent. */
    synchronized int waiting() {
        return outgoingBytes;
    }

    @Override
    public void listen(Listener listener) {
        inbox.listen(listener);
    }

    @Override
    public void pause() {
        inbox.pause();
    }

    @Override
    public void resume() {
        inbox.resume();
    }

    @Override
    public CompletionStage<CloseReason> closed() {
        return inbox.closed();
    }

    @Override
    public void close(CloseReason reason) {
        synchronized (this) {
            if (!ended && ending == null) {
                ending = reason;
                flush();
            }
        }
        channels.release(inbox.discard(reason));
    }

    /** Closes with code 1 at the cost of what waits. */
    void abandon(String text) {
        forget();
        close(CloseReason.of(ErrorCode.UNKNOWN, text));
    }

    private synchronized void forget() {
        outgoing.clear();
        channels.release(outgoingBytes);
        outgoingBytes = 0;
    }

    /** A message has come; on the loop's thread. */
    void message(byte[] message) {
        boolean allowed;
        synchronized (this) {
            if (ended || ending != null) {
                return;
            }
            allowed = theirs > 0;
            theirs -= message.length + COST;
        }
        if (!allowed) {
            abandon("a message was sent without credit");
        } else if (channels.reserve(message.length)) {
            inbox.add(message);
        } else {
            abandon("too much waits in the channels of this connection");
        }
    }

    private void taken(int length) {
        channels.release(length);
        int given = 0;
        synchronized (this) {
            owed += length + COST;
            if (owed >= CREDIT / 2 && !ended) {
                given = owed;
                owed = 0;
                theirs += given;
            }
        }
        if (given > 0) {
            channels.sendCredit(number, given);
        }
    }

    /** Credit has come; more than anybody needs counts as that. */
    synchronized void credit(long bytes) {
        credit = Math.min(credit + Math.min(Math.max(bytes, 0), 1L << 40), 1L << 40);
        flush();
    }

    /** The other end or the connection has ended. */
    void end(CloseReason reason) {
        synchronized (this) {
            ended = true;
            forget();
            flush();
        }
        inbox.end(reason);
    }
}
