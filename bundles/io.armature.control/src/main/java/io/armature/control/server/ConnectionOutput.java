package io.armature.control.server;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Frames on their way to a client. The command's thread writes as far as the socket takes it; what
 * is left waits here, bounded, and is written by the socket's own thread.
 */
final class ConnectionOutput {

    private static final int LIMIT_BYTES = 65_536;

    private final SocketChannel channel;
    private final Runnable wantsWriting;
    private final ArrayDeque<ByteBuffer> pending = new ArrayDeque<>();
    private long pendingBytes;
    private long progressNanos;
    private boolean sealed;
    private boolean closed;

    ConnectionOutput(SocketChannel channel, Runnable wantsWriting) {
        this.channel = channel;
        this.wantsWriting = wantsWriting;
    }

    /** Queues a frame and blocks while too much waits. Frames to a closed connection vanish. */
    synchronized void send(ByteBuffer frame) throws InterruptedIOException {
        offer(frame);
        while (!closed && !sealed && pendingBytes > LIMIT_BYTES) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the client does not read");
            }
        }
    }

    /** Queues a frame without ever blocking. */
    synchronized void offer(ByteBuffer frame) {
        if (closed || sealed) {
            return;
        }
        if (pending.isEmpty()) {
            progressNanos = System.nanoTime();
            if (!write(frame) || !frame.hasRemaining()) {
                return;
            }
        }
        pending.add(frame);
        pendingBytes += frame.remaining();
        wantsWriting.run();
    }

    /** Queues the connection's last frame: whatever is sent after it vanishes. */
    synchronized void offerLast(ByteBuffer frame) {
        offer(frame);
        sealed = true;
        notifyAll();
    }

    /** Writes what the socket takes; true when nothing waits any more. */
    synchronized boolean drain() {
        while (!pending.isEmpty()) {
            ByteBuffer frame = pending.peek();
            int before = frame.remaining();
            if (!write(frame)) {
                return true;
            }
            if (before != frame.remaining()) {
                progressNanos = System.nanoTime();
                pendingBytes -= before - frame.remaining();
            }
            if (frame.hasRemaining()) {
                break;
            }
            pending.remove();
        }
        notifyAll();
        return pending.isEmpty();
    }

    synchronized boolean drained() {
        return pending.isEmpty();
    }

    /** Nanoseconds for which the client has left output unread. */
    synchronized long stalledNanos() {
        return pending.isEmpty() ? 0 : System.nanoTime() - progressNanos;
    }

    /** Forgets what waits and lets writers go. */
    synchronized void close() {
        closed = true;
        pending.clear();
        pendingBytes = 0;
        notifyAll();
    }

    private boolean write(ByteBuffer frame) {
        try {
            channel.write(frame);
            return true;
        } catch (IOException e) {
            close(); // the reading side notices the end
            return false;
        }
    }
}
