package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the broker: opened, subscribed, announced, and opened again with a growing,
 * jittered delay after every loss. Not thread safe: belongs to the bridge's thread.
 */
final class Link {

    /** What the bridge does with it. */
    interface Listener {
        void up();

        void down(String reason);

        void received(String topic, byte[] payload);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final int SPARE_IN_FLIGHT = 16;
    private static final int CONNECT_TIMEOUT_SECONDS = 10;
    private static final long FAREWELL_MILLIS = 700;

    /** From the first packet until the status is acknowledged: Paho would wait for ever. */
    private static final int OPENING_SECONDS = 30;

    private final BridgeSettings settings;
    private final DeviceStatus status;
    private final Topics topics;
    private final PasswordSource password;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final Executor executor;
    private final Listener listener;
    private Session session;
    private boolean up;
    private boolean closed;
    private int failures;
    private DeviceClock.Timer retry;
    private DeviceClock.Timer opening;
    private volatile Optional<Fault> fault = Optional.empty();

    /** Reads the password at each attempt: it may be provisioned later. */
    interface PasswordSource {
        char[] read() throws IOException;

        /** For messages. */
        Path file();
    }

    Link(
            BridgeSettings settings,
            DeviceStatus status,
            PasswordSource password,
            DeviceClock clock,
            Randomness randomness,
            Executor executor,
            Listener listener) {
        this.settings = settings;
        this.status = status;
        this.topics = Topics.of(status.deviceId());
        this.password = password;
        this.clock = clock;
        this.randomness = randomness;
        this.executor = executor;
        this.listener = listener;
    }

    void open() {
        if (closed || session != null) {
            return;
        }
        char[] secret;
        try {
            secret = password.read();
        } catch (IOException e) {
            again("password_file " + password.file() + " cannot be read: " + e.getMessage());
            return;
        }
        Events events = new Events();
        try {
            session = new Session(settings.serverUri(), status.deviceId(), executor, events);
            events.own = session;
            session.open(options(secret));
            limitOpening(session);
        } catch (MqttException | IllegalArgumentException e) {
            lose(session, Session.reasonOf(e));
        }
    }

    /** A broker that lets the client in and then says nothing is as good as none. */
    private void limitOpening(Session own) {
        int limit = Math.min(OPENING_SECONDS, settings.acknowledgeSeconds());
        opening =
                clock.after(
                        Duration.ofSeconds(limit),
                        executor,
                        () -> {
                            if (!up) {
                                lose(own, "no answer for " + limit + " s");
                            }
                        });
    }

    private void endOpening() {
        if (opening != null) {
            opening.cancel();
            opening = null;
        }
    }

    boolean isUp() {
        return up;
    }

    /** Returns false if there is no connection. */
    boolean publish(byte[] payload, Session.Done done) {
        if (!up) {
            return false;
        }
        try {
            session.publish(topics.up(), payload, false, done);
            return true;
        } catch (MqttException e) {
            LOG.debug("publish refused reason={}", e.getMessage());
            return false;
        }
    }

    /** Gives a connection up that has gone silent. */
    void drop(String reason) {
        lose(session, reason);
    }

    /** Messages that came too fast since the last call. */
    int takeDropped() {
        return session == null ? 0 : session.takeDropped();
    }

    /** Says offline and disconnects; takes at most 1.4 s. */
    void close() {
        closed = true;
        if (retry != null) {
            retry.cancel();
        }
        endOpening();
        Session last = session;
        boolean said = up;
        session = null;
        up = false;
        if (last != null && said) {
            last.farewell(topics.status(), status.offline(), FAREWELL_MILLIS);
        } else if (last != null) {
            last.dispose();
        }
    }

    /** Why there is no connection. Any thread may call this. */
    List<Fault> faults() {
        return fault.map(List::of).orElseGet(List::of);
    }

    private MqttConnectOptions options(char[] secret) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(true);
        options.setAutomaticReconnect(false);
        options.setUserName(settings.user());
        options.setPassword(secret);
        options.setKeepAliveInterval(settings.keepAliveSeconds());
        options.setConnectionTimeout(CONNECT_TIMEOUT_SECONDS);
        options.setMaxInflight(settings.inFlight() + SPARE_IN_FLIGHT);
        options.setWill(topics.status(), status.offline(), 1, true);
        return options;
    }

    private void subscribe(Session own) {
        try {
            own.subscribe(
                    topics.subscriptions(),
                    new Session.Done() {
                        @Override
                        public void succeeded(IMqttToken token) {
                            if (Session.isGranted(token)) {
                                announce(own);
                            } else {
                                lose(own, "the broker refuses the subscription to down/…");
                            }
                        }

                        @Override
                        public void failed(String reason) {
                            lose(own, reason);
                        }
                    });
        } catch (MqttException e) {
            lose(own, Session.reasonOf(e));
        }
    }

    private void announce(Session own) {
        try {
            own.publish(
                    topics.status(),
                    status.online(),
                    true,
                    new Session.Done() {
                        @Override
                        public void succeeded(IMqttToken token) {
                            connected();
                        }

                        @Override
                        public void failed(String reason) {
                            lose(own, reason);
                        }
                    });
        } catch (MqttException e) {
            lose(own, Session.reasonOf(e));
        }
    }

    private void connected() {
        endOpening();
        up = true;
        failures = 0;
        fault = Optional.empty();
        LOG.info("connected uri={}", settings.serverUri());
        listener.up();
    }

    private void lose(Session lost, String reason) {
        if (lost == null ? session != null : lost != session) {
            return;
        }
        if (lost != null) {
            lost.dispose();
        }
        endOpening();
        session = null;
        boolean was = up;
        up = false;
        if (was) {
            LOG.info("connection lost uri={} reason={}", settings.serverUri(), reason);
            listener.down(reason);
        }
        again(reason);
    }

    private void again(String reason) {
        if (closed) {
            return;
        }
        failures++;
        byte[] random = new byte[Integer.BYTES];
        randomness.fill(random);
        long delay =
                settings.reconnect()
                        .jitteredMillisAfter(failures, ByteBuffer.wrap(random).getInt());
        fault =
                Optional.of(
                        new Fault(
                                MqttBridge.SOURCE,
                                settings.serverUri(),
                                "no connection ("
                                        + reason
                                        + "), attempt "
                                        + failures
                                        + "; records wait in the spool"));
        LOG.debug("connecting again delay_ms={} reason={}", delay, reason);
        retry = clock.after(Duration.ofMillis(delay), executor, this::open);
    }

    /** Events of one session; those of an earlier one are not heard. */
    private final class Events implements Session.Listener {
        private Session own;

        @Override
        public void opened() {
            if (own == session) {
                subscribe(own);
            }
        }

        @Override
        public void lost(String reason) {
            lose(own, reason);
        }

        @Override
        public void received(String topic, byte[] payload) {
            if (own == session) {
                listener.received(topic, payload);
            }
        }
    }
}
