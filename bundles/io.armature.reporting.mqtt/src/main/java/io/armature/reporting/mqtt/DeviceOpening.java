package io.armature.reporting.mqtt;

import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.SocketFactory;

/** How a device connects. */
record DeviceOpening(
        BridgeSettings settings,
        String clientId,
        Optional<Login> login,
        Optional<SocketFactory> sockets,
        Message lastWill,
        List<String> topics)
        implements Opening {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    DeviceOpening {
        topics = List.copyOf(topics);
    }

    @Override
    public String host() {
        return settings.broker().host();
    }

    @Override
    public int port() {
        return settings.broker().port();
    }

    @Override
    public Duration keepAlive() {
        return Duration.ofSeconds(settings.keepAliveSeconds());
    }

    @Override
    public Duration connectLimit() {
        return CONNECT_LIMIT;
    }

    @Override
    public int inFlight() {
        return settings.inFlight();
    }

    @Override
    public Duration session() {
        return settings.session();
    }
}
