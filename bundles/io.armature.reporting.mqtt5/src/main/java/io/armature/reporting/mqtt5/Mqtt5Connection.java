package io.armature.reporting.mqtt5;

import io.armature.reporting.mqtt.api.BoundedSockets;
import io.armature.reporting.mqtt.api.ClientLife;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A Paho client that is used once. */
final class Mqtt5Connection implements Connection {

    private static final int QOS = 1;
    private static final long DISCONNECT_MILLIS = 100;

    /** What MQTT 5 has a broker that says nothing take. */
    private static final int STANDARD_RECEIVE_MAXIMUM = 65_535;

    private final Opening opening;
    private final Events events;
    private final ClientLife<MqttAsyncClient> life;
    private volatile Window window = new Window(1);

    Mqtt5Connection(Opening opening, Events events) {
        this.opening = opening;
        this.events = events;
        this.life = new ClientLife<>(events, Mqtt5Connection::end);
    }

    void open() {
        try {
            MqttAsyncClient made =
                    new MqttAsyncClient(opening.uri(), opening.clientId(), new MemoryPersistence());
            life.begin(made);
            made.setCallback(new Arrivals());
            made.connect(options(), null, new Connecting(made));
        } catch (MqttException | IllegalArgumentException e) {
            life.lose(e);
        }
    }

    private MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        long session = opening.session().toSeconds();
        options.setCleanStart(session == 0);
        options.setSessionExpiryInterval(session);
        options.setAutomaticReconnect(false);
        opening.login()
                .ifPresent(
                        login -> {
                            options.setUserName(login.user());
                            options.setPassword(bytes(login.password()));
                        });
        options.setKeepAliveInterval((int) opening.keepAlive().toSeconds());
        options.setConnectionTimeout((int) opening.connectLimit().toSeconds());
        // Paho makes room for a packet before it looks at its limit: the sockets look first.
        options.setSocketFactory(new BoundedSockets(opening));
        options.setMaximumPacketSize((long) opening.largestPacket());
        Message will = opening.lastWill();
        options.setWill(will.topic(), message(will));
        return options;
    }

    private static byte[] bytes(char[] text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        return Arrays.copyOf(bytes.array(), bytes.limit());
    }

    private static MqttMessage message(Message message) {
        return new MqttMessage(message.payload(), QOS, message.retained(), new MqttProperties());
    }

    @Override
    public void publish(Message message, Outcome outcome) {
        Optional<MqttAsyncClient> current = life.client();
        if (current.isEmpty()) {
            outcome.failed(Failure.LOST, "not connected");
            return;
        }
        Window own = window;
        own.enter(() -> publish(current.get(), message, new Publishing(outcome, own)));
    }

    private static void publish(MqttAsyncClient by, Message message, Publishing publishing) {
        try {
            by.publish(message.topic(), message(message), null, publishing);
        } catch (MqttException e) {
            publishing.onFailure(null, e);
        }
    }

    @Override
    public CompletionStage<Void> close(Ending ending) {
        return life.close(ending);
    }

    /** Paho waits here for its threads, up to a second each. */
    private static void end(MqttAsyncClient client, Ending ending) {
        boolean told = ending == Ending.TOLD;
        try {
            // Also ends the wait for an answer to CONNECT, which has no limit of its own.
            client.disconnectForcibly(0, told ? DISCONNECT_MILLIS : 1, told);
            if (!told) {
                client.close(true);
            }
        } catch (MqttException e) {
            // Began to connect just now: the outcome of that ends it, see Connecting.
        }
    }

    private void subscribe(MqttAsyncClient connected, Limits limits) {
        MqttSubscription[] topics =
                opening.topics().stream()
                        .map(topic -> new MqttSubscription(topic, QOS))
                        .toArray(MqttSubscription[]::new);
        try {
            connected.subscribe(topics, null, new Subscribing(limits), new MqttProperties());
        } catch (MqttException e) {
            life.lose(e);
        }
    }

    private Limits limits(IMqttToken token) {
        MqttProperties said = token.getResponseProperties();
        Integer received = said == null ? null : said.getReceiveMaximum();
        Long bytes = said == null ? null : said.getMaximumPacketSize();
        int inFlight = received == null ? STANDARD_RECEIVE_MAXIMUM : received;
        return new Limits(
                Math.max(1, Math.min(inFlight, opening.inFlight())),
                bytes == null ? Integer.MAX_VALUE : (int) Math.min(bytes, Integer.MAX_VALUE));
    }

    private final class Connecting implements MqttActionListener {
        private final MqttAsyncClient own;

        Connecting(MqttAsyncClient own) {
            this.own = own;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            if (life.discardIfClosed()) {
                return;
            }
            Limits limits = limits(token);
            window = new Window(limits.inFlight());
            subscribe(own, limits);
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            life.lose(error);
        }
    }

    private final class Subscribing implements MqttActionListener {
        private final Limits limits;

        Subscribing(Limits limits) {
            this.limits = limits;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            int[] codes = token.getReasonCodes();
            if (codes != null && Arrays.stream(codes).anyMatch(ReasonCode::isFailure)) {
                life.lose(new IOException("the broker refuses the subscription to down/…"));
            } else {
                events.opened(limits);
            }
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            life.lose(error);
        }
    }

    /** Gives its room back before it tells: who is told may publish the next at once. */
    private static final class Publishing implements MqttActionListener {
        private final Outcome outcome;
        private final Window window;

        Publishing(Outcome outcome, Window window) {
            this.outcome = outcome;
            this.window = window;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            int[] codes = token.getReasonCodes();
            int code = codes == null || codes.length == 0 ? 0 : codes[0];
            window.leave();
            if (ReasonCode.isFailure(code)) {
                outcome.failed(ReasonCode.failure(code), ReasonCode.text(code));
            } else {
                outcome.acknowledged();
            }
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            int code = error instanceof MqttException told ? told.getReasonCode() : 0;
            window.leave();
            if (ReasonCode.isFailure(code)) {
                outcome.failed(ReasonCode.failure(code), ReasonCode.text(code));
            } else {
                outcome.failed(
                        Failure.LOST, error == null ? "connection closed" : error.getMessage());
            }
        }
    }

    private final class Arrivals implements MqttCallback {

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            int code = response.getReturnCode();
            if (ReasonCode.isFailure(code)) {
                life.lose(new IOException(ReasonCode.text(code)));
            } else {
                life.lose(response.getException());
            }
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            // What ends the connection comes to disconnected as well.
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            events.received(topic, message.getPayload());
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // Each publication has its own listener.
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // See Connecting.
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // No extended login was begun.
        }
    }
}
