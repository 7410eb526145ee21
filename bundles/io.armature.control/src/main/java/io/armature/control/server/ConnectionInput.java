package io.armature.control.server;

import io.armature.control.wire.DamagedFrameException;
import io.armature.control.wire.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;

/** Standard input of a command: asks the client for more only while the command reads. */
final class ConnectionInput extends InputStream {

    private static final int WINDOW_BYTES = 65_536;

    private final ConnectionOutput output;
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int offset;
    private int buffered;
    private int credit;
    private boolean ended;
    private boolean gone;

    ConnectionInput(ConnectionOutput output) {
        this.output = output;
    }

    /** Bytes from the client. */
    synchronized void offer(byte[] bytes) throws DamagedFrameException {
        if (ended || bytes.length > credit) {
            throw new DamagedFrameException("standard input that nobody asked for");
        }
        credit -= bytes.length;
        buffered += bytes.length;
        if (bytes.length > 0) {
            chunks.add(bytes);
        }
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized void gone() {
        gone = true;
        notifyAll();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] target, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, target.length);
        if (length == 0) {
            return 0;
        }
        try {
            while (chunks.isEmpty() && !gone && !ended) {
                ask();
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for standard input");
        }
        if (chunks.isEmpty()) {
            if (!ended) {
                throw new IOException("the caller has gone");
            }
            return -1;
        }
        byte[] chunk = chunks.peek();
        int count = Math.min(length, chunk.length - offset);
        System.arraycopy(chunk, offset, target, from, count);
        offset += count;
        buffered -= count;
        if (offset == chunk.length) {
            chunks.remove();
            offset = 0;
        }
        return count;
    }

    @Override
    public synchronized int available() {
        return buffered;
    }

    private void ask() {
        if (credit < WINDOW_BYTES / 2) {
            int more = WINDOW_BYTES - credit;
            credit += more;
            output.offer(Frame.credit(more));
        }
    }
}
