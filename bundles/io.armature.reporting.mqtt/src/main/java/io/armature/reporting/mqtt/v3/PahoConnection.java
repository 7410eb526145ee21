package io.armature.reporting.mqtt.v3;

import io.armature.reporting.mqtt.api.BoundedSockets;
import io.armature.reporting.mqtt.api.ClientLife;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A Paho client that is used once. */
final class PahoConnection implements Connection {

    private static final int QOS = 1;
    private static final int REFUSED = 128;
    private static final long DISCONNECT_MILLIS = 100;

    /** For the status and the last word. */
    private static final int SPARE_IN_FLIGHT = 16;

    private final Opening opening;
    private final Events events;
    private final ClientLife<MqttAsyncClient> life;

    PahoConnection(Opening opening, Events events) {
        this.opening = opening;
        this.events = events;
        this.life = new ClientLife<>(events, PahoConnection::end);
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

    private MqttConnectOptions options() {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(opening.session().isZero());
        options.setAutomaticReconnect(false);
        opening.login()
                .ifPresent(
                        login -> {
                            options.setUserName(login.user());
                            options.setPassword(login.password());
                        });
        options.setKeepAliveInterval((int) opening.keepAlive().toSeconds());
        options.setConnectionTimeout((int) opening.connectLimit().toSeconds());
        options.setMaxInflight(opening.inFlight() + SPARE_IN_FLIGHT);
        options.setSocketFactory(new BoundedSockets(opening));
        Message will = opening.lastWill();
        options.setWill(will.topic(), will.payload(), QOS, will.retained());
        return options;
    }

    @Override
    public void publish(Message message, Outcome outcome) {
        Optional<MqttAsyncClient> current = life.client();
        if (current.isEmpty()) {
            outcome.failed(Failure.LOST, "not connected");
            return;
        }
        try {
            current.get()
                    .publish(
                            message.topic(),
                            message.payload(),
                            QOS,
                            message.retained(),
                            null,
                            new Publishing(outcome));
        } catch (MqttException e) {
            outcome.failed(Failure.LOST, e.getMessage());
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

    private void subscribe(MqttAsyncClient connected) {
        String[] topics = opening.topics().toArray(new String[0]);
        int[] qos = new int[topics.length];
        Arrays.fill(qos, QOS);
        try {
            connected.subscribe(topics, qos, null, new Subscribing());
        } catch (MqttException e) {
            life.lose(e);
        }
    }

    private final class Connecting implements IMqttActionListener {
        private final MqttAsyncClient own;

        Connecting(MqttAsyncClient own) {
            this.own = own;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            if (!life.discardIfClosed()) {
                subscribe(own);
            }
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            life.lose(error);
        }
    }

    private final class Subscribing implements IMqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            for (int qos : token.getGrantedQos()) {
                if (qos == REFUSED) {
                    life.lose(new IOException("the broker refuses the subscription to down/…"));
                    return;
                }
            }
            events.opened(Limits.NONE);
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            life.lose(error);
        }
    }

    private static final class Publishing implements IMqttActionListener {
        private final Outcome outcome;

        Publishing(Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            outcome.acknowledged();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            outcome.failed(Failure.LOST, error == null ? "connection closed" : error.getMessage());
        }
    }

    private final class Arrivals implements MqttCallback {

        @Override
        public void connectionLost(Throwable cause) {
            life.lose(cause);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            events.received(topic, message.getPayload());
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // Each publication has its own listener.
        }
    }
}
