package io.armature.reporting.mqtt;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/**
 * One attempt to connect and the connection that comes of it: a Paho client used once. Paho's
 * threads only hand over to the bridge's thread, on which all listeners are called; after {@link
 * #dispose} none is.
 */
final class Session {

    /** What happens to the connection. */
    interface Listener {
        void opened();

        void lost(String reason);

        void received(String topic, byte[] payload);
    }

    /** Says what an error means. Any thread may call this. */
    interface Reasons {
        String of(Throwable error);
    }

    /** How one operation ended. */
    interface Done {
        void succeeded(IMqttToken token);

        void failed(String reason);
    }

    private static final int QOS = 1;
    private static final int REFUSED = 128;
    private static final long DISCONNECT_MILLIS = 100;

    /** Messages handed over and not yet handled; a peer that sends faster loses messages. */
    private static final int MAX_RECEIVED = 1024;

    private final MqttAsyncClient client;
    private final Executor executor;
    private final Listener listener;
    private final Reasons reasons;
    private final AtomicInteger handedOver = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private volatile boolean disposed;

    Session(String uri, String clientId, Executor executor, Listener listener, Reasons reasons)
            throws MqttException {
        this.client = new MqttAsyncClient(uri, clientId, new MemoryPersistence());
        this.executor = executor;
        this.listener = listener;
        this.reasons = reasons;
        client.setCallback(new Arrivals());
    }

    /** Connects in the background; ends with {@code opened} or {@code lost}. */
    void open(MqttConnectOptions options) throws MqttException {
        client.connect(
                options,
                null,
                done(
                        new Done() {
                            @Override
                            public void succeeded(IMqttToken token) {
                                listener.opened();
                            }

                            @Override
                            public void failed(String reason) {
                                listener.lost(reason);
                            }
                        }));
    }

    void subscribe(String[] topics, Done done) throws MqttException {
        int[] qos = new int[topics.length];
        java.util.Arrays.fill(qos, QOS);
        client.subscribe(topics, qos, null, done(done));
    }

    void publish(String topic, byte[] payload, boolean retained, Done done) throws MqttException {
        client.publish(topic, payload, QOS, retained, null, done(done));
    }

    /** Whether the broker granted every topic of a subscription. */
    static boolean isGranted(IMqttToken token) {
        for (int qos : token.getGrantedQos()) {
            if (qos == REFUSED) {
                return false;
            }
        }
        return true;
    }

    /** Messages lost since the last call because they came too fast. */
    int takeDropped() {
        return dropped.getAndSet(0);
    }

    /** Says the last word and disconnects; gives up after the given time. Blocks. */
    void farewell(String topic, byte[] payload, long timeoutMillis) {
        CountDownLatch said = new CountDownLatch(1);
        IMqttActionListener either =
                new IMqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        said.countDown();
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable error) {
                        said.countDown();
                    }
                };
        try {
            client.publish(topic, payload, QOS, true, null, either);
            said.await(timeoutMillis, TimeUnit.MILLISECONDS);
            // DISCONNECT is on the wire within this time; Paho's slow clean-up goes on without us.
            CountDownLatch left = new CountDownLatch(1);
            disposed = true;
            background(() -> disconnect(left));
            left.await(DISCONNECT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (MqttException e) {
            dispose();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            dispose();
        }
    }

    /** Ends the connection without a word, so that the broker publishes the last will. */
    void dispose() {
        disposed = true;
        background(this::shut);
    }

    private void disconnect(CountDownLatch left) {
        try {
            client.disconnectForcibly(0, DISCONNECT_MILLIS, true);
        } catch (MqttException e) {
            // Closed below in any case.
        } finally {
            left.countDown();
            shut();
        }
    }

    /** Paho waits here for its threads, up to a second each. */
    private void shut() {
        try {
            // Also ends the wait for an answer to CONNECT, which has no limit of its own.
            client.disconnectForcibly(0, 1, false);
            client.close(true);
        } catch (MqttException e) {
            // Began to connect just now: the outcome of that closes it, see done().
        }
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "mqtt-dispose");
        thread.setDaemon(true);
        thread.start();
    }

    private void handOver(Runnable task) {
        try {
            executor.execute(
                    () -> {
                        if (!disposed) {
                            task.run();
                        }
                    });
        } catch (RejectedExecutionException e) {
            if (!disposed) {
                dispose();
            }
        }
    }

    private IMqttActionListener done(Done done) {
        return new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                if (disposed && client.isConnected()) {
                    background(Session.this::shut);
                } else {
                    handOver(() -> done.succeeded(token));
                }
            }

            @Override
            public void onFailure(IMqttToken token, Throwable error) {
                handOver(() -> done.failed(reasons.of(error)));
            }
        };
    }

    static String reasonOf(Throwable error) {
        if (error == null) {
            return "connection closed";
        }
        Throwable cause = error.getCause() == null ? error : error.getCause();
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    private final class Arrivals implements MqttCallback {

        @Override
        public void connectionLost(Throwable cause) {
            handOver(() -> listener.lost(cause == null ? reasonOf(null) : reasons.of(cause)));
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            if (handedOver.get() >= MAX_RECEIVED) {
                dropped.incrementAndGet();
                return;
            }
            handedOver.incrementAndGet();
            byte[] payload = message.getPayload();
            handOver(
                    () -> {
                        handedOver.decrementAndGet();
                        listener.received(topic, payload);
                    });
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // Each publish has its own listener.
        }
    }
}
