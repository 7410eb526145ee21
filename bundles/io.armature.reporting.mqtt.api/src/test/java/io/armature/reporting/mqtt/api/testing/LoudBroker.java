package io.armature.reporting.mqtt.api.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Lets one client in, by MQTT 3.1.1 or 5, and begins to publish 256 MiB to it as soon as it has
 * subscribed to its topic: five bytes, behind which nothing comes.
 */
final class LoudBroker implements AutoCloseable {

    private static final int CONNECT = 1;
    private static final int SUBSCRIBE = 8;
    private static final int LEVEL_OFFSET = 6;
    private static final int MQTT_5 = 5;

    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

    LoudBroker() throws IOException {
        Thread thread = new Thread(this::accept, "loud-broker");
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
        try (Socket client = socket.accept()) {
            serve(new DataInputStream(client.getInputStream()), client.getOutputStream());
        } catch (IOException e) {
            // The client left.
        }
    }

    private static void serve(DataInputStream in, OutputStream out) throws IOException {
        boolean five = false;
        while (true) {
            int type = in.readUnsignedByte() >> 4;
            byte[] body = in.readNBytes(in.readUnsignedByte());
            if (type == CONNECT) {
                five = body[LEVEL_OFFSET] == MQTT_5;
                out.write(five ? new byte[] {0x20, 3, 0, 0, 0} : new byte[] {0x20, 2, 0, 0});
            } else if (type == SUBSCRIBE) {
                byte high = body[0];
                byte low = body[1];
                out.write(
                        five
                                ? new byte[] {(byte) 0x90, 4, high, low, 0, 1}
                                : new byte[] {(byte) 0x90, 3, high, low, 1});
                out.write(new byte[] {0x32, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f});
            }
            out.flush();
        }
    }
}
