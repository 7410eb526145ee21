package io.armature.reporting.mqtt.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * Makes the sockets that a transport needs, for a client library that makes room for as large a
 * packet as the broker says that it sends: reading from them fails at the length of a packet that
 * is larger than {@link Opening#largestPacket}. Any thread may call this.
 */
public final class BoundedSockets extends SocketFactory {

    private final Optional<SocketFactory> inner;
    private final int largestBytes;

    /** Those of {@link Opening#sockets}, else plain ones. */
    public BoundedSockets(Opening opening) {
        this.inner = opening.sockets();
        this.largestBytes = opening.largestPacket();
    }

    @Override
    public Socket createSocket() throws IOException {
        return new BoundedSocket(
                inner.isPresent() ? inner.get().createSocket() : new Socket(), largestBytes);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private Socket connected(SocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }

    /** What MQTT clients ask of a socket, handed on. */
    private static final class BoundedSocket extends Socket {

        private final Socket inner;
        private final int largestBytes;

        BoundedSocket(Socket inner, int largestBytes) {
            this.inner = inner;
            this.largestBytes = largestBytes;
        }

        @Override
        public void connect(SocketAddress address) throws IOException {
            inner.connect(address);
        }

        @Override
        public void connect(SocketAddress address, int timeoutMillis) throws IOException {
            inner.connect(address, timeoutMillis);
        }

        /** To be asked for once: it follows the packets. */
        @Override
        public InputStream getInputStream() throws IOException {
            return new BoundedStream(inner.getInputStream(), largestBytes);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return inner.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }

        @Override
        public void shutdownInput() throws IOException {
            inner.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            inner.shutdownOutput();
        }

        @Override
        public void setSoTimeout(int millis) throws SocketException {
            inner.setSoTimeout(millis);
        }

        @Override
        public int getSoTimeout() throws SocketException {
            return inner.getSoTimeout();
        }

        @Override
        public void setTcpNoDelay(boolean on) throws SocketException {
            inner.setTcpNoDelay(on);
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return inner.getRemoteSocketAddress();
        }

        @Override
        public boolean isConnected() {
            return inner.isConnected();
        }

        @Override
        public boolean isClosed() {
            return inner.isClosed();
        }
    }
}
