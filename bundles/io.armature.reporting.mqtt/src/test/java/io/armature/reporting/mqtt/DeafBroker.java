package io.armature.reporting.mqtt;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Speaks enough MQTT to let a client in, and acknowledges its first publish (status) only; or hears
 * connects and never answers.
 */
final class DeafBroker implements AutoCloseable {

    /** Sizes of the publishes that got no acknowledgement. */
    final BlockingQueue<Integer> ignored = new LinkedBlockingQueue<>();

    final BlockingQueue<Boolean> connects = new LinkedBlockingQueue<>();
    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    private final boolean mute;

    DeafBroker() throws IOException {
        this(false);
    }

    DeafBroker(boolean mute) throws IOException {
        this.mute = mute;
        Thread thread = new Thread(this::accept, "deaf-broker");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                serve(new DataInputStream(client.getInputStream()), client.getOutputStream());
            } catch (IOException e) {
                // The client left.
            }
        }
    }

    private void serve(DataInputStream in, OutputStream out) throws IOException {
        boolean acknowledged = false;
        while (true) {
            int type = in.readUnsignedByte() >> 4;
            byte[] body = in.readNBytes(length(in));
            switch (type) {
                case 1 -> {
                    connects.add(true);
                    if (!mute) {
                        out.write(new byte[] {0x20, 2, 0, 0});
                    }
                }
                case 8 -> out.write(new byte[] {(byte) 0x90, 5, body[0], body[1], 1, 1, 1});
                case 3 -> {
                    int topic = ((body[0] & 0xff) << 8) | (body[1] & 0xff);
                    if (acknowledged) {
                        ignored.add(body.length);
                    } else {
                        out.write(new byte[] {0x40, 2, body[topic + 2], body[topic + 3]});
                        acknowledged = true;
                    }
                }
                default -> {}
            }
            out.flush();
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            if ((digit & 0x80) == 0) {
                return length;
            }
        }
    }
}
