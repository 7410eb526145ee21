package io.armature.itest.system;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A command spoken over the control socket without the client, written from
 * docs/formats/control.md. One thread sends, one receives.
 */
final class ControlCall implements AutoCloseable {

    static final int STARTED = 0x40;
    static final int STDOUT = 0x41;
    static final int STDERR = 0x42;
    static final int CREDIT = 0x43;
    static final int EXIT = 0x44;
    static final int REFUSED = 0x45;

    private static final byte[] PREAMBLE = {'A', 'R', 'M', 'C', 0, 1, 0, 0};
    private static final int REQUEST = 1;
    private static final int STDIN = 2;
    private static final int STDIN_END = 3;

    private final SocketChannel channel;
    private final DataInputStream in;
    private long credit;
    private boolean over;

    private ControlCall(SocketChannel channel) {
        this.channel = channel;
        this.in = new DataInputStream(Channels.newInputStream(channel));
    }

    /** One frame from the device. */
    record Frame(int type, byte[] payload) {

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** Connects and sends nothing yet. */
    static ControlCall connect(Path root) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(root.resolve("run/armature/control.sock")));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new ControlCall(channel);
    }

    /** Connects and asks for a command. */
    static ControlCall begin(Path root, String... arguments) throws IOException {
        ControlCall call = connect(root);
        call.send(PREAMBLE);
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        request.putShort((short) 0);
        put(request, "/");
        request.putShort((short) arguments.length);
        for (String argument : arguments) {
            put(request, argument);
        }
        request.putShort((short) 0);
        call.send(frame(REQUEST, Arrays.copyOf(request.array(), request.position())));
        return call;
    }

    static byte[] preamble() {
        return PREAMBLE.clone();
    }

    static byte[] frame(int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(5 + payload.length);
        return frame.put((byte) type).putInt(payload.length).put(payload).array();
    }

    void send(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Sends standard input as the device grants credit; returns once all of it is on its way. */
    void input(byte[] bytes) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            int count = (int) Math.min(65_536, take(bytes.length - from));
            send(frame(STDIN, Arrays.copyOfRange(bytes, from, from + count)));
            from += count;
        }
    }

    void inputEnd() throws IOException {
        send(frame(STDIN_END, new byte[0]));
    }

    private synchronized long take(long wanted) throws IOException {
        try {
            while (credit == 0 && !over) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (over) {
            throw new EOFException("the command is over");
        }
        long taken = Math.min(Math.min(wanted, 65_536), credit);
        credit -= taken;
        return taken;
    }

    /**
     * The next frame that is not about credit.
     *
     * @throws EOFException if the device closed
     */
    Frame next() throws IOException {
        try {
            while (true) {
                Frame frame = read();
                if (frame.type() != CREDIT) {
                    if (frame.type() == EXIT || frame.type() == REFUSED) {
                        end();
                    }
                    return frame;
                }
                grant(Integer.toUnsignedLong(ByteBuffer.wrap(frame.payload()).getInt()));
            }
        } catch (IOException e) {
            end();
            throw e;
        }
    }

    private Frame read() throws IOException {
        int type = in.readUnsignedByte();
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        return new Frame(type, payload);
    }

    private synchronized void grant(long bytes) {
        credit += bytes;
        notifyAll();
    }

    private synchronized void end() {
        over = true;
        notifyAll();
    }

    private static void put(ByteBuffer request, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        request.putInt(bytes.length).put(bytes);
    }

    @Override
    public void close() throws IOException {
        end();
        channel.close();
    }
}
