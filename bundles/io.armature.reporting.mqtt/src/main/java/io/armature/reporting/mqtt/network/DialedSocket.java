package io.armature.reporting.mqtt.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A socket that goes its own way to the broker when it is connected, wherever it is told to. For
 * MQTT clients that make their socket first and connect it then.
 */
final class DialedSocket extends Socket {

    private final BrokerAddress broker;
    private final Optional<Proxy> proxy;
    private final Optional<TlsSource> tls;
    private final NetworkSettings.TlsSettings.Version minimum;
    private volatile Socket inner = new Socket();
    private volatile boolean closed;

    DialedSocket(
            BrokerAddress broker,
            Optional<Proxy> proxy,
            Optional<TlsSource> tls,
            NetworkSettings.TlsSettings.Version minimum) {
        this.broker = broker;
        this.proxy = proxy;
        this.tls = tls;
        this.minimum = minimum;
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    @Override
    public void connect(SocketAddress ignored, int timeoutMillis) throws IOException {
        Socket plain = inner;
        plain.connect(
                new InetSocketAddress(
                        proxy.map(Proxy::host).orElse(broker.host()),
                        proxy.map(Proxy::port).orElse(broker.port())),
                timeoutMillis);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(timeoutMillis);
        if (proxy.isPresent()) {
            proxy.get().tunnel(plain, broker.host(), broker.port());
        }
        if (tls.isPresent()) {
            secure(plain, tls.get());
        }
        inner.setSoTimeout(0);
    }

    private void secure(Socket plain, TlsSource source) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        source.current()
                                .context()
                                .getSocketFactory()
                                .createSocket(plain, broker.host(), broker.port(), true);
        inner = socket;
        if (closed) {
            socket.close();
        }
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(minimum.spoken());
        // Compares the broker's name with its certificate; there is no way to switch it off.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        inner.close();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return inner.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return inner.getOutputStream();
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
        return closed;
    }
}
