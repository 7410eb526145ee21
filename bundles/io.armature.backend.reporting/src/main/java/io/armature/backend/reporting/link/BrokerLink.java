package io.armature.backend.reporting.link;

import io.armature.backend.reporting.server.Intake;
import io.armature.backend.reporting.server.Outbox;
import io.armature.backend.reporting.server.Topics;
import io.armature.platform.api.DeviceClock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallbackExtended;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the broker while it is there, again and again, and subscribes to the uploads of all
 * devices. One thread of its own; Paho's threads only hand messages over.
 */
public final class BrokerLink implements Outbox, Intake, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BrokerLink.class);

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int IN_FLIGHT = 2000;
    private static final int AT_LEAST_ONCE = 1;

    /** In place of a level: no message will come. */
    private static final int REFUSED = 0x80;

    private static final String CLIENT_ID = "armature-reporting-server";
    private static final long STOP_MILLIS = 1000;

    private final Broker broker;
    private final String clientId;
    private final String subscription;
    private final DeviceClock clock;
    private final BiConsumer<String, byte[]> receiver;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> new Thread(task, "backend-reporting-link"));
    private final AtomicLong unsent = new AtomicLong();
    private volatile boolean closed;
    private volatile boolean wanted = true;
    private volatile MqttAsyncClient client;
    private volatile Optional<String> refusal = Optional.empty();

    // Belongs to the thread.
    private boolean subscribed;

    /**
     * @param receiver takes topic and payload of each message; must not block
     */
    public BrokerLink(Broker broker, DeviceClock clock, BiConsumer<String, byte[]> receiver) {
        this.broker = broker;
        boolean shared = !broker.sharedGroup().isEmpty();
        // A broker ends a connection when another comes with its client id.
        this.clientId = shared ? CLIENT_ID + "-" + UUID.randomUUID() : CLIENT_ID;
        this.subscription =
                shared ? "$share/" + broker.sharedGroup() + "/" + Topics.UPLOADS : Topics.UPLOADS;
        this.clock = clock;
        this.receiver = receiver;
    }

    /** Begins to connect; returns at once. */
    public void start() {
        thread.execute(this::connect);
    }

    /** Uploads are left to the other servers of the group; answers still go. */
    @Override
    public void leave() {
        wanted = false;
        onThread(this::subscribeIfWanted);
    }

    @Override
    public void join() {
        wanted = true;
        onThread(this::subscribeIfWanted);
    }

    /** Whether messages can come and go now. */
    public boolean connected() {
        MqttAsyncClient current = client;
        return current != null && current.isConnected() && refusal.isEmpty();
    }

    /** Why no upload comes though the broker is there. */
    public Optional<String> refusal() {
        return refusal;
    }

    /** Messages that could not be sent since the start. */
    public long unsent() {
        return unsent.get();
    }

    @Override
    public void send(String topic, byte[] payload) {
        MqttAsyncClient current = client;
        try {
            if (current != null) {
                current.publish(topic, payload, AT_LEAST_ONCE, false);
                return;
            }
        } catch (MqttException e) {
            log.debug("not sent topic={} reason={}", topic, e.getReasonCode());
        }
        unsent.incrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
        thread.execute(this::drop);
        thread.shutdown();
        try {
            thread.awaitTermination(2 * STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        drop();
        try {
            MqttAsyncClient next =
                    new MqttAsyncClient(broker.url().toString(), clientId, new MemoryPersistence());
            client = next;
            next.setCallback(new Callback());
            MqttConnectOptions options = new MqttConnectOptions();
            if (!broker.user().isEmpty()) {
                options.setUserName(broker.user());
                options.setPassword(broker.password().toCharArray());
            }
            options.setCleanSession(true);
            options.setMaxInflight(IN_FLIGHT);
            next.connect(options).waitForCompletion(CONNECT_LIMIT.toMillis());
            subscribed = false;
            subscribeIfWanted(next);
            log.info("connected url={}", broker.url());
        } catch (MqttException e) {
            log.warn("not connected url={} reason={}", broker.url(), e.getMessage());
            again();
        }
    }

    private void subscribeIfWanted() {
        MqttAsyncClient current = client;
        if (closed || current == null || !current.isConnected()) {
            return; // Whoever connects does it.
        }
        try {
            subscribeIfWanted(current);
        } catch (MqttException e) {
            log.warn("not subscribed wanted={} reason={}", wanted, e.getMessage());
            again();
        }
    }

    private void subscribeIfWanted(MqttAsyncClient connected) throws MqttException {
        boolean now = wanted;
        if (now && !subscribed) {
            IMqttToken answer = connected.subscribe(subscription, AT_LEAST_ONCE);
            answer.waitForCompletion(CONNECT_LIMIT.toMillis());
            requireGranted(answer.getGrantedQos());
        } else if (!now && subscribed) {
            connected.unsubscribe(subscription).waitForCompletion(CONNECT_LIMIT.toMillis());
        }
        subscribed = now;
    }

    private void requireGranted(int[] levels) throws MqttException {
        if (levels.length > 0 && levels[0] == REFUSED) {
            refusal = Optional.of("the broker refuses the subscription to " + subscription);
            throw new MqttException(MqttException.REASON_CODE_SUBSCRIBE_FAILED);
        }
        refusal = Optional.empty();
    }

    private void again() {
        if (!closed) {
            clock.after(RETRY, this::onThread, this::connect);
        }
    }

    private void onThread(Runnable task) {
        if (!closed) {
            try {
                thread.execute(task);
            } catch (RejectedExecutionException e) {
                log.debug("closed meanwhile");
            }
        }
    }

    private void drop() {
        MqttAsyncClient current = client;
        client = null;
        if (current == null) {
            return;
        }
        try {
            if (current.isConnected()) {
                current.disconnect(0).waitForCompletion(STOP_MILLIS);
            }
        } catch (MqttException e) {
            log.debug("disconnected the hard way reason={}", e.getReasonCode());
        }
        try {
            current.close(true);
        } catch (MqttException e) {
            log.debug("not closed reason={}", e.getReasonCode());
        }
    }

    /** Runs on Paho's threads. */
    private final class Callback implements MqttCallbackExtended {

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // Subscribed by the thread that connects.
        }

        @Override
        public void connectionLost(Throwable cause) {
            log.warn("connection lost reason={}", cause == null ? "?" : cause.getMessage());
            onThread(BrokerLink.this::again);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            receiver.accept(topic, message.getPayload());
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // A confirmation that got lost is sent again with the next duplicate.
        }
    }
}
