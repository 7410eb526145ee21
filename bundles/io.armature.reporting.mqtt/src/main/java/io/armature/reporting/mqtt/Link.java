package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.mqtt.network.Dialer;
import io.armature.reporting.mqtt.network.NetworkSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
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

    /** Between two looks at a clock that was never set. */
    private static final Duration CLOCK_LOOK = Duration.ofSeconds(2);

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
    private final Optional<Dialer> dialer;
    private int failures;
    private long failingSinceNanos;
    private OptionalLong clockWaitEndNanos = OptionalLong.empty();
    private DeviceClock.Timer retry;
    private DeviceClock.Timer reload;
    private DeviceClock.Timer opening;
    private volatile Optional<Fault> fault = Optional.empty();
    private volatile Optional<Fault> unusable = Optional.empty();

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
        this.dialer =
                settings.network().map(network -> new Dialer(settings.broker(), network, clock));
    }

    void open() {
        if (closed || session != null || waitsForTime()) {
            return;
        }
        char[] secret;
        try {
            secret = password.read();
        } catch (IOException e) {
            again("password_file " + password.file() + " cannot be read: " + FailureText.of(e));
            return;
        }
        Events events = new Events();
        try {
            session = new Session(uri(), status.deviceId(), executor, events, this::reason);
            events.own = session;
            session.open(options(secret));
            limitOpening(session);
        } catch (MqttException | IllegalArgumentException e) {
            lose(session, Session.reasonOf(e));
        }
    }

    /** A dialer goes its own way: a name here would only be looked up in vain. */
    private String uri() {
        return dialer.isPresent()
                ? "tcp://127.0.0.1:" + settings.broker().port()
                : settings.serverUri();
    }

    private String reason(Throwable error) {
        return dialer.map(one -> one.explain(error)).orElseGet(() -> Session.reasonOf(error));
    }

    /**
     * Certificates cannot be judged in 1970. Something may set the clock soon; nothing tells when.
     */
    private boolean waitsForTime() {
        Optional<NetworkSettings> network = settings.network();
        if (network.isEmpty()
                || !settings.broker().secure()
                || !clock.wall().isBefore(clock.minimumDate())) {
            clockWaitEndNanos = OptionalLong.empty();
            return false;
        }
        long now = clock.monotonicNanos();
        Duration limit = network.get().clockWait();
        if (clockWaitEndNanos.isEmpty()) {
            clockWaitEndNanos = OptionalLong.of(now + limit.toNanos());
        }
        if (now - clockWaitEndNanos.getAsLong() >= 0) {
            return false;
        }
        fault(
                "the device's clock shows "
                        + clock.wall()
                        + " and was never set: TLS waits for time, at most "
                        + limit.toSeconds()
                        + " s, and then judges certificates by the date of the build, "
                        + clock.minimumDate());
        retry = clock.after(CLOCK_LOOK, executor, this::open);
        return true;
    }

    private void fault(String reason) {
        fault = Optional.of(new Fault(MqttBridge.SOURCE, settings.serverUri(), reason));
    }

    private void lookForRenewal() {
        reload = null;
        if (!up) {
            return;
        }
        boolean renewed = false;
        try {
            renewed = dialer.orElseThrow().renewed();
            unusable = Optional.empty();
        } catch (IOException e) {
            unusable =
                    Optional.of(
                            new Fault(
                                    MqttBridge.SOURCE,
                                    settings.serverUri(),
                                    e.getMessage() + "; the connection goes on with the old one"));
        }
        if (renewed) {
            lose(session, "certificates were renewed");
            retry.cancel();
            open();
        } else {
            lookForRenewalLater();
        }
    }

    private void lookForRenewalLater() {
        if (dialer.isPresent() && dialer.get().hasFiles()) {
            reload =
                    clock.after(
                            settings.network().orElseThrow().reload(),
                            executor,
                            this::lookForRenewal);
        }
    }

    private void endReload() {
        if (reload != null) {
            reload.cancel();
            reload = null;
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
        endReload();
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

    /** Why there is no connection, or will be none. Any thread may call this. */
    List<Fault> faults() {
        Optional<Fault> warning =
                dialer.flatMap(Dialer::warning)
                        .map(text -> new Fault(MqttBridge.SOURCE, settings.serverUri(), text));
        return Stream.of(fault, unusable, warning).flatMap(Optional::stream).toList();
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
        dialer.ifPresent(one -> options.setSocketFactory(one.sockets()));
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
        unusable = Optional.empty();
        lookForRenewalLater();
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
        endReload();
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
        long now = clock.monotonicNanos();
        if (failures == 0) {
            failingSinceNanos = now;
        }
        failures++;
        byte[] random = new byte[Integer.BYTES];
        randomness.fill(random);
        long delay =
                settings.reconnect()
                        .jitteredMillisAfter(failures, ByteBuffer.wrap(random).getInt());
        fault(
                "no connection for "
                        + text(Duration.ofNanos(now - failingSinceNanos))
                        + " ("
                        + reason
                        + "), attempt "
                        + failures
                        + "; records wait in the spool");
        LOG.debug("connecting again delay_ms={} reason={}", delay, reason);
        retry = clock.after(Duration.ofMillis(delay), executor, this::open);
    }

    private static String text(Duration time) {
        return time.toDays() > 0
                ? time.toDays() + " d " + time.toHoursPart() + " h"
                : time.toHours() > 0
                        ? time.toHours() + " h " + time.toMinutesPart() + " min"
                        : time.toSeconds() + " s";
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
