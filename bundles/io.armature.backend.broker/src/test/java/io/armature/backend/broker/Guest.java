package io.armature.backend.broker;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A Paho client that a test drives; keeps what it receives as {@code topic=payload}. */
final class Guest implements MqttCallback, AutoCloseable {

    static final long WAIT_MS = 60_000;

    final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    final CountDownLatch lost = new CountDownLatch(1);
    private final MqttAsyncClient client;
    private final MqttConnectOptions options = new MqttConnectOptions();
    private IMqttToken connection;

    Guest(int port, String clientId, String user, String password) throws MqttException {
        client = new MqttAsyncClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
        client.setCallback(this);
        options.setUserName(user);
        if (password != null) {
            options.setPassword(password.toCharArray());
        }
        options.setConnectionTimeout(10);
    }

    Guest withWill(String topic, String payload) {
        options.setWill(topic, payload.getBytes(StandardCharsets.UTF_8), 1, true);
        return this;
    }

    Guest connect() throws MqttException {
        return connecting().connected();
    }

    /** Begins to connect. Paho takes a third of a second for it, so let several do it at once. */
    Guest connecting() throws MqttException {
        connection = client.connect(options);
        return this;
    }

    /** Awaits what {@link #connecting()} began. */
    Guest connected() throws MqttException {
        connection.waitForCompletion(WAIT_MS);
        return this;
    }

    /** The granted quality of service, 128 if refused. */
    int subscribe(String filter) throws MqttException {
        var token = client.subscribe(filter, 1);
        token.waitForCompletion(WAIT_MS);
        return token.getGrantedQos()[0];
    }

    void publish(String topic, String payload, boolean retained) throws MqttException {
        client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, retained)
                .waitForCompletion(WAIT_MS);
    }

    void publishUnwatched(String topic, byte[] payload) throws MqttException {
        client.publish(topic, payload, 1, false);
    }

    String next() throws InterruptedException {
        return received.poll(WAIT_MS, TimeUnit.MILLISECONDS);
    }

    /** As {@link #next()}, passing over what other tests left retained. */
    String nextOn(String topic) throws InterruptedException {
        String message;
        do {
            message = next();
        } while (message != null && !message.startsWith(topic + "="));
        return message;
    }

    boolean awaitLoss() throws InterruptedException {
        return lost.await(WAIT_MS, TimeUnit.MILLISECONDS);
    }

    /** Ends the connection without DISCONNECT, as a cut cable would. */
    void vanish() throws MqttException {
        client.disconnectForcibly(0, 0, false);
    }

    @Override
    public void connectionLost(Throwable cause) {
        lost.countDown();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        received.add(topic + "=" + new String(message.getPayload(), StandardCharsets.UTF_8));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect(0).waitForCompletion(WAIT_MS);
        }
        client.close(true);
    }
}
