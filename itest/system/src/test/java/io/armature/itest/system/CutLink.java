package io.armature.itest.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A device's way to the broker, which can be cut and mended. */
final class CutLink implements AutoCloseable {

    private final int broker;
    private final ServerSocket near;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /**
     * @param broker port on this machine
     */
    CutLink(int broker) throws IOException {
        this.broker = broker;
        this.near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        background(this::accept);
    }

    int port() {
        return near.getLocalPort();
    }

    /** Breaks all connections; new ones are closed at once. */
    void cut() {
        cut = true;
        sockets.forEach(CutLink::shut);
        sockets.clear();
    }

    void mend() {
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
                // closed, or the broker is away: a closed socket tells the device
                continue;
            }
        }
    }

    private void connect(Socket device) throws IOException {
        sockets.add(device);
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), broker);
        } catch (IOException e) {
            shut(device);
            throw e;
        }
        sockets.add(far);
        background(() -> copy(device, far));
        background(() -> copy(far, device));
        if (cut) {
            cut();
        }
    }

    private void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // cut
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
        Thread thread = new Thread(task, "cut-link");
        thread.setDaemon(true);
        thread.start();
    }
}
