package io.armature.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads standard input as far as the device asks for it, and not one byte further. */
final class StandardInput extends Thread {

    private static final int STDIN = 0x02;
    private static final int STDIN_END = 0x03;
    private static final int CHUNK = 65_536;

    private final InputStream in;
    private final SocketChannel channel;
    private long credit;

    StandardInput(InputStream in, SocketChannel channel) {
        super("cli-stdin");
        setDaemon(true);
        this.in = in;
        this.channel = channel;
    }

    synchronized void grant(int bytes) {
        credit += bytes;
        notifyAll();
    }

    private synchronized int awaitCredit() throws InterruptedException {
        while (credit <= 0) {
            wait();
        }
        return (int) Math.min(credit, CHUNK);
    }

    private synchronized void spend(int bytes) {
        credit -= bytes;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[5 + CHUNK];
        try {
            while (true) {
                int count = read(chunk, awaitCredit());
                if (count < 0) {
                    send(ByteBuffer.allocate(5).put((byte) STDIN_END).putInt(0).flip());
                    return;
                }
                spend(count);
                ByteBuffer frame = ByteBuffer.wrap(chunk, 0, 5 + count);
                frame.put((byte) STDIN).putInt(count).position(0);
                send(frame);
            }
        } catch (IOException e) {
            return; // the device has closed: the reader of its frames says so
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int read(byte[] chunk, int limit) {
        try {
            return in.read(chunk, 5, limit);
        } catch (IOException e) {
            return -1; // a closed or unreadable input counts as empty
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
