package io.armature.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One call: request out, streams both ways, exit code back. */
final class Client {

    private static final byte[] PREAMBLE = {'A', 'R', 'M', 'C', 0, 1, 0, 0};
    private static final int REQUEST = 0x01;
    private static final int STARTED = 0x40;
    private static final int STDOUT = 0x41;
    private static final int STDERR = 0x42;
    private static final int STDIN_CREDIT = 0x43;
    private static final int EXIT = 0x44;
    private static final int REFUSED = 0x45;
    private static final int CONTINUE = 0x46;
    private static final int AGAIN = -1;
    private static final int GOING_ON = -2;
    private static final int HEADER_BYTES = 5;
    private static final int REASON_REPLACED = 1;

    private final Device device;
    private final InputStream in;
    private final OutputStream out;
    private final OutputStream err;
    private byte[] next;

    // Of the connection that is open.
    private boolean started;
    private StandardInput input;

    Client(Device device, InputStream in, OutputStream out, OutputStream err) {
        this.device = device;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /**
     * Returns the command's exit code.
     *
     * @throws CallException if there is none
     */
    int call(byte[] request) throws IOException, CallException {
        next = request;
        long deadline = System.nanoTime() + device.patienceNanos();
        while (true) {
            byte[] current = next;
            int code;
            try (SocketChannel channel = device.connect(deadline)) {
                code = converse(channel, current);
            }
            if (code != AGAIN) {
                return code;
            }
            if (next != current) {
                deadline = System.nanoTime() + device.patienceNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new CallException(
                        CallException.FAILED,
                        "the device did not take the command in time; try again");
            } else {
                Device.pause();
            }
        }
    }

    private int converse(SocketChannel channel, byte[] request) throws IOException, CallException {
        try {
            send(channel, request);
        } catch (IOException e) {
            // The device closed early; what it said may still be there to read.
        }
        started = false;
        input = null;
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + Request.MAX_BYTES / 8);
        buffer.limit(0);
        int code = GOING_ON;
        while (code == GOING_ON && fill(channel, buffer, HEADER_BYTES)) {
            int type = buffer.get() & 0xFF;
            int length = buffer.getInt();
            if (length < 0 || length > Request.MAX_BYTES) {
                throw new CallException(CallException.FAILED, "the device sent a damaged frame");
            }
            if (length > buffer.capacity() - HEADER_BYTES) {
                buffer = ByteBuffer.allocate(HEADER_BYTES + length).put(buffer).flip();
            }
            if (!fill(channel, buffer, length)) {
                break;
            }
            int start = buffer.position();
            buffer.position(start + length);
            code = take(type, buffer, start, length, channel);
        }
        if (code == GOING_ON && started) {
            throw new CallException(
                    CallException.NOT_RUNNING,
                    "the device went away during the command; it may or may not have had effects");
        }
        return code == GOING_ON ? AGAIN : code;
    }

    /** Does what a frame says; returns how the conversation ended, or that it goes on. */
    private int take(int type, ByteBuffer buffer, int start, int length, SocketChannel channel)
            throws IOException, CallException {
        switch (type) {
            case STARTED:
                started = true;
                return GOING_ON;
            case STDOUT:
                out.write(buffer.array(), start, length);
                return GOING_ON;
            case STDERR:
                err.write(buffer.array(), start, length);
                return GOING_ON;
            case STDIN_CREDIT:
                if (input == null) {
                    input = new StandardInput(in, channel);
                    input.start();
                }
                input.grant(buffer.getInt(start));
                return GOING_ON;
            case EXIT:
                return buffer.get(start) & 0xFF;
            case CONTINUE:
                next = new byte[length];
                System.arraycopy(buffer.array(), start, next, 0, length);
                return AGAIN;
            case REFUSED:
                return refused(buffer, start, length);
            default:
                return GOING_ON; // a newer device's frame that this client can do without
        }
    }

    private static int refused(ByteBuffer buffer, int start, int length) throws CallException {
        if (buffer.get(start) == REASON_REPLACED) {
            return AGAIN;
        }
        throw new CallException(
                CallException.FAILED,
                new String(buffer.array(), start + 1, length - 1, StandardCharsets.UTF_8));
    }

    private static void send(SocketChannel channel, byte[] request) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PREAMBLE.length + 5 + request.length);
        bytes.put(PREAMBLE).put((byte) REQUEST).putInt(request.length).put(request).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads until that many bytes wait in the buffer; false at the connection's end. */
    private static boolean fill(SocketChannel channel, ByteBuffer buffer, int wanted) {
        if (buffer.remaining() >= wanted) {
            return true;
        }
        buffer.compact();
        try {
            while (buffer.position() < wanted) {
                if (channel.read(buffer) < 0) {
                    return false;
                }
            }
        } catch (IOException e) {
            return false; // reset: the same as an end
        } finally {
            buffer.flip();
        }
        return true;
    }
}
