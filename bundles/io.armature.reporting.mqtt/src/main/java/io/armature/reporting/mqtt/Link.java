package io.armature.reporting.mqtt;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import io.armature.platform.api.Randomness;
import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import io.armature.reporting.mqtt.api.Transport;
import io.armature.reporting.mqtt.network.Dialer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the broker: opened, announced, and opened again with a growing, jittered delay
 * after every loss. Not thread safe: belongs to the bridge's thread.
 */
final class Link {

    /** What the bridge does with it. */
    interface Listener {
        void up(Limits limits);

        void down(String reason, Cause cause);

        void received(String topic, byte[] payload);
    }

    /** Who ended a connection. */
    enum Cause {
        OURS,
        /** The broker, the network, or nobody answers. */
        THEIRS
    }

    /** Reads the password at each attempt: it may be provisioned later. */
    interface PasswordSource {

        /** None if there is no such file. */
        Optional<char[]> read() throws IOException;

        /** For messages. */
        Path file();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long FAREWELL_MILLIS = 700;

    /** From the first packet until the status is acknowledged: a transport would wait for ever. */
    private static final int OPENING_SECONDS = 30;

    private final BridgeSettings settings;
    private final DeviceStatus status;
    private final Topics topics;
    private final PasswordSource password;
    private final DeviceClock clock;
    private final Randomness randomness;
    private final Executor executor;
    private final Listener listener;
    private final Optional<Dialer> dialer;
    private final Optional<TimeWait> timeWait;
    private final Optional<RenewalWatch> renewals;
    private Optional<Transport> transport = Optional.empty();
    private Session session;
    private boolean up;
    private boolean closed;
    private int failures;
    private long failingSinceNanos;
    private DeviceClock.Timer retry;
    private DeviceClock.Timer opening;
    private volatile Optional<Fault> fault = Optional.empty();

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
        this.timeWait =
                settings.network()
                        .filter(network -> settings.broker().secure())
                        .map(network -> new TimeWait(clock, network.clockWait()));
        this.renewals =
                dialer.map(
                        one ->
                                new RenewalWatch(
                                        one,
                                        settings.network().orElseThrow().reload(),
                                        clock,
                                        executor,
                                        () -> reopen("certificates were renewed")));
    }

    /** What to connect with from now on; a connection by another one ends. */
    void use(Optional<Transport> chosen) {
        if (!chosen.equals(transport)) {
            transport = chosen;
            reopen("the transport was replaced");
        }
    }

    /** Connects anew at once. */
    private void reopen(String reason) {
        if (session != null) {
            lose(session, reason, Cause.OURS);
        }
        if (retry != null) {
            retry.cancel();
        }
        open();
    }

    private void open() {
        if (closed || session != null) {
            return;
        }
        Optional<String> obstacle = timeWait.flatMap(TimeWait::obstacle);
        if (transport.isEmpty()) {
            fault(
                    "no bundle speaks "
                            + Transports.name(settings.version())
                            + "; records wait in the spool");
        } else if (obstacle.isPresent()) {
            fault(obstacle.get());
            retry = clock.after(TimeWait.LOOK, executor, this::open);
        } else {
            try {
                open(transport.get(), login());
            } catch (IOException e) {
                again("password_file " + password.file() + " cannot be read: " + FailureText.of(e));
            }
        }
    }

    private void open(Transport by, Optional<Opening.Login> login) {
        Events events = new Events();
        session = new Session(by, opening(login), executor, events);
        events.own = session;
        limitOpening(session);
    }

    private Opening opening(Optional<Opening.Login> login) {
        return new DeviceOpening(
                settings,
                status.deviceId(),
                login,
                dialer.map(Dialer::sockets),
                statusMessage(status.offline()),
                topics.subscriptions());
    }

    /** A certificate of the device does instead of a password. */
    private Optional<Opening.Login> login() throws IOException {
        Optional<char[]> secret = password.read();
        if (secret.isEmpty() && !settings.hasCertificate()) {
            throw new IOException("there is no such file");
        }
        return secret.map(one -> new Opening.Login(settings.user(), one));
    }

    private Message statusMessage(byte[] payload) {
        return new Message(topics.status(), payload, true);
    }

    private String reason(Throwable error) {
        return dialer.map(one -> one.explain(error)).orElseGet(() -> Reasons.of(error));
    }

    private void fault(String reason) {
        fault = Optional.of(new Fault(MqttBridge.SOURCE, settings.serverUri(), reason));
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
    boolean publish(byte[] payload, Connection.Outcome outcome) {
        if (up) {
            session.publish(new Message(topics.up(), payload, false), outcome);
        }
        return up;
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
        renewals.ifPresent(RenewalWatch::stop);
        Session last = session;
        boolean said = up;
        session = null;
        up = false;
        if (last != null && said) {
            last.farewell(statusMessage(status.offline()), FAREWELL_MILLIS);
        } else if (last != null) {
            last.dispose();
        }
    }

    /** Why there is no connection, or will be none. Any thread may call this. */
    List<Fault> faults() {
        Stream<Fault> warnings =
                Stream.of(renewals.flatMap(RenewalWatch::unusable), dialer.flatMap(Dialer::warning))
                        .flatMap(Optional::stream)
                        .map(text -> new Fault(MqttBridge.SOURCE, settings.serverUri(), text));
        return Stream.concat(fault.stream(), warnings).toList();
    }

    private void announce(Session own, Limits limits) {
        own.publish(
                statusMessage(status.online()),
                new Connection.Outcome() {
                    @Override
                    public void acknowledged() {
                        connected(limits);
                    }

                    @Override
                    public void failed(Connection.Failure failure, String reason) {
                        lose(own, reason);
                    }
                });
    }

    private void connected(Limits limits) {
        endOpening();
        up = true;
        failures = 0;
        fault = Optional.empty();
        renewals.ifPresent(RenewalWatch::start);
        LOG.info("connected uri={}", settings.serverUri());
        listener.up(limits);
    }

    private void lose(Session lost, String reason) {
        lose(lost, reason, Cause.THEIRS);
    }

    private void lose(Session lost, String reason, Cause cause) {
        if (lost != session || lost == null) {
            return;
        }
        lost.dispose();
        endOpening();
        renewals.ifPresent(RenewalWatch::stop);
        session = null;
        boolean was = up;
        up = false;
        if (was) {
            LOG.info("connection lost uri={} reason={}", settings.serverUri(), reason);
            listener.down(reason, cause);
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
                        + Reasons.text(Duration.ofNanos(now - failingSinceNanos))
                        + " ("
                        + reason
                        + "), attempt "
                        + failures
                        + "; records wait in the spool");
        LOG.debug("connecting again delay_ms={} reason={}", delay, reason);
        retry = clock.after(Duration.ofMillis(delay), executor, this::open);
    }

    /** Events of one session; those of an earlier one are not heard. */
    private final class Events implements Session.Listener {
        private Session own;

        @Override
        public void opened(Limits limits) {
            if (own == session) {
                announce(own, limits);
            }
        }

        @Override
        public void lost(Throwable cause) {
            lose(own, reason(cause));
        }

        @Override
        public void received(String topic, byte[] payload) {
            if (own == session) {
                listener.received(topic, payload);
            }
        }
    }
}
