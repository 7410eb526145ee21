package io.armature.reporting.mqtt.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;
import org.osgi.annotation.versioning.ProviderType;

/** What a connection is to be; does not change. */
@ProviderType
public interface Opening {

    /** Name or address of the broker, IPv6 without brackets. */
    String host();

    /** 1 to 65,535. */
    int port();

    /**
     * Makes the sockets, unconnected; connecting one leads to the broker by TLS or a proxy,
     * whatever address it is told. None: a plain socket to host and port.
     */
    Optional<SocketFactory> sockets();

    /**
     * Broker and port for a library that wants them in one. A factory's sockets find their way
     * alone: a name here would only be looked up in vain.
     */
    default String uri() {
        if (sockets().isPresent()) {
            return "tcp://127.0.0.1:" + port();
        }
        return "tcp://" + (host().contains(":") ? "[" + host() + "]" : host()) + ":" + port();
    }

    /** Unique at the broker. */
    String clientId();

    /** None if the connection itself says who the client is. */
    Optional<Login> login();

    /** Without traffic for that long either side asks whether the other is there; whole seconds. */
    Duration keepAlive();

    /** For connecting a socket; whole seconds. */
    Duration connectLimit();

    /** Publications not acknowledged at any time, at most. */
    int inFlight();

    /**
     * Of what the broker sends, bytes, header included. A transport ends the connection at the
     * length of a larger packet, before it makes room for it, see {@link BoundedSockets}; one that
     * can says the limit to the broker.
     */
    default int largestPacket() {
        return (1 << 20) + (64 << 10);
    }

    /** What the broker publishes if the connection ends without a word. */
    Message lastWill();

    /** What to subscribe to with QoS 1; the connection fails if one is refused. */
    List<String> topics();

    /**
     * How long the broker keeps what is meant for this client while it is away, whole seconds; MQTT
     * 3.1.1 knows only zero and for ever. Zero: nothing, and what it kept before is dropped.
     */
    Duration session();

    /**
     * Name and password.
     *
     * @param password not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Login(String user, char[] password) {}
}
