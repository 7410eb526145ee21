package io.armature.reporting.mqtt.v3;

import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Optional<MqttAsyncClient> client = Optional.empty();

    PahoConnection(Opening opening, Events events) {
        this.opening = opening;
        this.events = events;
    }

    void open() {
        try {
            MqttAsyncClient made =
                    new MqttAsyncClient(uri(), opening.clientId(), new MemoryPersistence());
            client = Optional.of(made);
            made.setCallback(new Arrivals());
            made.connect(options(), null, new Connecting(made));
        } catch (MqttException | IllegalArgumentException e) {
            lose(e);
        }
    }

    /** A factory's sockets find their way alone: a name here would only be looked up in vain. */
    private String uri() {
        if (opening.sockets().isPresent()) {
            return "tcp://127.0.0.1:" + opening.port();
        }
        String host = opening.host();
        return "tcp://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + opening.port();
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
        opening.sockets().ifPresent(options::setSocketFactory);
        Message will = opening.lastWill();
        options.setWill(will.topic(), will.payload(), QOS, will.retained());
        return options;
    }

    @Override
    public void publish(Message message, Outcome outcome) {
        Optional<MqttAsyncClient> current = client;
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
        CompletableFuture<Void> told = new CompletableFuture<>();
        Optional<MqttAsyncClient> current = client;
        if (current.isEmpty() || !closed.compareAndSet(false, true)) {
            told.complete(null);
        } else if (ending == Ending.TOLD) {
            background(() -> disconnect(current.get(), told));
        } else {
            background(() -> shut(current.get()));
            told.complete(null);
        }
        return told;
    }

    private static void disconnect(MqttAsyncClient client, CompletableFuture<Void> told) {
        try {
            client.disconnectForcibly(0, DISCONNECT_MILLIS, true);
        } catch (MqttException e) {
            // Closed below in any case.
        } finally {
            told.complete(null);
            shut(client);
        }
    }

    /** Paho waits here for its threads, up to a second each. */
    private static void shut(MqttAsyncClient client) {
        try {
            // Also ends the wait for an answer to CONNECT, which has no limit of its own.
            client.disconnectForcibly(0, 1, false);
            client.close(true);
        } catch (MqttException e) {
            // Began to connect just now: the outcome of that closes it, see Connecting.
        }
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "mqtt-dispose");
        thread.setDaemon(true);
        thread.start();
    }

    private void lose(Throwable cause) {
        if (lost.compareAndSet(false, true)) {
            events.lost(cause == null ? new IOException("connection closed") : cause);
        }
    }

    private void subscribe(MqttAsyncClient connected) {
        String[] topics = opening.topics().toArray(new String[0]);
        int[] qos = new int[topics.length];
        Arrays.fill(qos, QOS);
        try {
            connected.subscribe(topics, qos, null, new Subscribing());
        } catch (MqttException e) {
            lose(e);
        }
    }

    private final class Connecting implements IMqttActionListener {
        private final MqttAsyncClient own;

        Connecting(MqttAsyncClient own) {
            this.own = own;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            if (closed.get()) {
                background(() -> shut(own));
            } else {
                subscribe(own);
            }
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            lose(error);
        }
    }

    private final class Subscribing implements IMqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            for (int qos : token.getGrantedQos()) {
                if (qos == REFUSED) {
                    lose(new IOException("the broker refuses the subscription to down/…"));
                    return;
                }
            }
            events.opened(Limits.NONE);
        }

        @Override
        public void onFailure(IMqttToken token, Throwable error) {
            lose(error);
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
            lose(cause);
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
