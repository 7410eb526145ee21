package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.network.Proxy;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A proxy on loopback that wants a login and leads everybody to one port, whatever they ask. */
final class TinyProxy implements AutoCloseable {

    /** Whom callers asked for, {@code host:port}. */
    final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private final Proxy.Kind kind;
    private final String user;
    private final String password;
    private final int target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    TinyProxy(Proxy.Kind kind, String user, String password, int target) throws IOException {
        this.kind = kind;
        this.user = user;
        this.password = password;
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        background(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Ends all connections. */
    void cut() {
        sockets.forEach(TinyProxy::shut);
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "tiny-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                background(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            boolean let = kind == Proxy.Kind.HTTP ? http(client) : socks(client);
            if (let) {
                try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), target)) {
                    sockets.add(broker);
                    client.setTcpNoDelay(true);
                    broker.setTcpNoDelay(true);
                    background(() -> copy(broker, client));
                    client.getInputStream().transferTo(broker.getOutputStream());
                }
            }
        } catch (IOException e) {
            // One of the two is gone.
        }
    }

    private static void copy(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of the two is gone.
        }
    }

    private boolean http(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        String login =
                Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        boolean let = head.indexOf("Proxy-Authorization: Basic " + login + "\r\n") > 0;
        asked.add(head.substring("CONNECT ".length(), head.indexOf(" HTTP/1.1\r\n")));
        String status = let ? "200 Go on" : "407 Proxy Authentication Required";
        client.getOutputStream()
                .write(
                        ("HTTP/1.1 " + status + "\r\nVia: tiny\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return let;
    }

    private boolean socks(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        in.readUnsignedByte();
        in.readFully(new byte[in.readUnsignedByte()]);
        out.write(new byte[] {5, 2});
        in.readUnsignedByte();
        boolean let = text(in).equals(user) & text(in).equals(password);
        out.write(new byte[] {1, (byte) (let ? 0 : 1)});
        if (!let) {
            return false;
        }
        in.readFully(new byte[4]);
        asked.add(text(in) + ":" + in.readUnsignedShort());
        out.write(new byte[] {5, 0, 0, 3, 4, 't', 'i', 'n', 'y', 0, 1});
        return true;
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedByte()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
