package io.armature.reporting.mqtt.network;

import io.armature.platform.api.DeviceClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.SocketFactory;

/** Makes the sockets to a broker that TLS or a proxy is needed for. Any thread may call this. */
public final class Dialer {

    /** A certificate that expires sooner is a fault: somebody must renew it. */
    private static final Duration SOON = Duration.ofDays(14);

    private final BrokerAddress broker;
    private final NetworkSettings settings;
    private final DeviceClock clock;
    private final Optional<TlsSource> tls;

    /** Reads no file yet. */
    public Dialer(BrokerAddress broker, NetworkSettings settings, DeviceClock clock) {
        this.broker = broker;
        this.settings = settings;
        this.clock = clock;
        this.tls =
                broker.secure()
                        ? Optional.of(new TlsSource(settings.tls(), clock))
                        : Optional.empty();
    }

    /** Whether files decide how connections are made. */
    public boolean hasFiles() {
        return tls.isPresent()
                && (settings.tls().authorities().isPresent()
                        || settings.tls().certificate().isPresent());
    }

    /** Unconnected sockets; connecting one connects it to the broker, whatever it is told. */
    public SocketFactory sockets() {
        return new Factory();
    }

    /**
     * Whether certificates have changed since the last connection was made.
     *
     * @throws IOException if they have and cannot be used; the message says why
     */
    public boolean renewed() throws IOException {
        return tls.isPresent() && tls.get().changed();
    }

    /** What an operator should know of a connection that works. */
    public Optional<String> warning() {
        Optional<Instant> expires = tls.flatMap(TlsSource::expires);
        return expires.filter(end -> clock.wall().isAfter(end.minus(SOON)))
                .map(
                        end ->
                                "the device's certificate expires at "
                                        + end
                                        + ": renew certificate_file, no restart is needed");
    }

    /** One sentence for an operator. */
    public String explain(Throwable error) {
        return new Explanation(broker, settings, clock).of(error);
    }

    private final class Factory extends SocketFactory {

        @Override
        public Socket createSocket() {
            return new DialedSocket(broker, settings.proxy(), tls, settings.tls().minimum());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort)
                throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                throws IOException {
            return connected();
        }

        private Socket connected() throws IOException {
            Socket socket = createSocket();
            socket.connect(null);
            return socket;
        }
    }
}
