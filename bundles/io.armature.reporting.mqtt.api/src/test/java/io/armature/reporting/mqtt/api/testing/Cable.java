package io.armature.reporting.mqtt.api.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A connection to the broker that can be cut and mended, or taken from the far end at once. */
public final class Cable implements AutoCloseable {

    private final int to;
    private final ServerSocket near;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /**
     * @param to the broker's port on this machine
     */
    public Cable(int to) throws IOException {
        this.to = to;
        this.near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        background(this::accept);
    }

    /** Where the device connects. */
    public int port() {
        return near.getLocalPort();
    }

    /** Breaks all connections; new ones are closed at once. */
    public void cut() {
        cut = true;
        sockets.forEach(Cable::shut);
        sockets.clear();
    }

    /** New connections reach the broker again. */
    public void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        cut();
        near.close();
    }

    private void accept() {
        while (!near.isClosed()) {
            try {
                connect(near.accept());
            } catch (IOException e) {
                // Closed, or the broker is gone: a closed socket tells the client.
                continue;
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (cut) {
            shut(client);
            return;
        }
        Socket broker = brokerFor(client);
        broker.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(broker);
        background(() -> copy(client, broker));
        background(() -> copy(broker, client));
        if (cut) {
            cut();
        }
    }

    private Socket brokerFor(Socket client) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), to);
        } catch (IOException e) {
            shut(client);
            throw e;
        }
    }

    private void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // Cut.
        } finally {
            shut(from);
            shut(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "cable");
        thread.setDaemon(true);
        thread.start();
    }
}
