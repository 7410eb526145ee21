package io.armature.reporting.mqtt.api.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.reporting.mqtt.api.Connection;
import io.armature.reporting.mqtt.api.Connection.Ending;
import io.armature.reporting.mqtt.api.Events;
import io.armature.reporting.mqtt.api.Limits;
import io.armature.reporting.mqtt.api.Message;
import io.armature.reporting.mqtt.api.Opening;
import io.armature.reporting.mqtt.api.Transport;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Transport} keeps, against Mosquitto. A provider's test extends it. */
public abstract class TransportContract {

    protected static final int IN_FLIGHT = 100;
    private static final long WAIT_SECONDS = 60;

    @TempDir protected Path folder;
    private final List<Connection> connections = new ArrayList<>();
    private Mosquitto broker;

    /** The transport under test. */
    protected abstract Transport transport();

    /** One end of a connection with what it has heard. */
    protected static final class End implements Events {
        public final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        public volatile Limits limits = Limits.NONE;
        public volatile Throwable cause;
        public Connection connection;

        @Override
        public void opened(Limits said) {
            limits = said;
            heard.add("opened");
        }

        @Override
        public void lost(Throwable why) {
            cause = why;
            heard.add("lost");
        }

        @Override
        public void received(String topic, byte[] payload) {
            heard.add(topic + "=" + new String(payload, StandardCharsets.UTF_8));
        }

        /** The next thing heard. */
        public String next() throws InterruptedException {
            String next = heard.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("something is heard").isNotNull();
            return next;
        }

        /** Publishes without keeping; how it ended is heard of in the queue. */
        public BlockingQueue<String> publish(String topic, String... texts) {
            BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
            for (String text : texts) {
                connection.publish(message(topic, text, false), new Noted(outcomes));
            }
            return outcomes;
        }
    }

    /** Notes how publications end. */
    protected record Noted(BlockingQueue<String> outcomes) implements Connection.Outcome {

        @Override
        public void acknowledged() {
            outcomes.add("acknowledged");
        }

        @Override
        public void failed(Connection.Failure failure, String reason) {
            outcomes.add(failure.toString());
        }
    }

    private record Wanted(
            int port,
            String clientId,
            Optional<Login> login,
            Optional<SocketFactory> sockets,
            Duration session,
            List<String> topics)
            implements Opening {

        @Override
        public String host() {
            return "127.0.0.1";
        }

        @Override
        public Duration keepAlive() {
            return Duration.ofSeconds(60);
        }

        @Override
        public Duration connectLimit() {
            return Duration.ofSeconds(10);
        }

        @Override
        public int inFlight() {
            return IN_FLIGHT;
        }

        @Override
        public Message lastWill() {
            return message("will/" + clientId, "gone", true);
        }
    }

    private static Message message(String topic, String text, boolean retained) {
        return new Message(topic, text.getBytes(StandardCharsets.UTF_8), retained);
    }

    @AfterEach
    void end() {
        connections.forEach(one -> one.close(Ending.SILENT));
        if (broker != null) {
            broker.close();
        }
    }

    /** Starts the broker of this test. */
    protected final Mosquitto broker(String... configuration) {
        broker = Mosquitto.start(folder, configuration);
        return broker;
    }

    /** Begins to connect to it. */
    protected final End open(String clientId, String... topics) {
        return open(clientId, Optional.empty(), Optional.empty(), Duration.ZERO, topics);
    }

    private End open(
            String clientId,
            Optional<Opening.Login> login,
            Optional<SocketFactory> sockets,
            Duration session,
            String... topics) {
        End end = new End();
        end.connection =
                transport()
                        .open(
                                new Wanted(
                                        sockets.isPresent() ? 1 : broker.port(),
                                        clientId,
                                        login,
                                        sockets,
                                        session,
                                        List.of(topics)),
                                end);
        connections.add(end.connection);
        return end;
    }

    @Test
    public void messagesArriveInTheirOrderAndAreAcknowledged() throws Exception {
        broker("allow_anonymous true");
        End reader = open("reader", "a/b");
        assertThat(reader.next()).isEqualTo("opened");
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        String[] texts = new String[IN_FLIGHT];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "m" + i;
        }
        BlockingQueue<String> outcomes = writer.publish("a/b", texts);
        for (String text : texts) {
            assertThat(reader.next()).isEqualTo("a/b=" + text);
            assertThat(outcomes.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("acknowledged");
        }
    }

    @Test
    public void retainedMessagesWaitForSubscribers() throws Exception {
        broker("allow_anonymous true");
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
        writer.connection.publish(message("a/b", "kept", true), new Noted(outcomes));
        assertThat(outcomes.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("acknowledged");
        assertThat(List.of(open("reader", "a/b").next())).isSubsetOf("a/b=kept", "opened");
    }

    @Test
    public void silentEndingLeavesTheWillAndATellingOneDoesNot() throws Exception {
        broker("allow_anonymous true");
        End reader = open("reader", "will/+");
        assertThat(reader.next()).isEqualTo("opened");
        End polite = open("polite", "unused");
        assertThat(polite.next()).isEqualTo("opened");
        polite.connection
                .close(Ending.TOLD)
                .toCompletableFuture()
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(broker.said("polite disconnected")).isTrue();
        End silent = open("silent", "unused");
        assertThat(silent.next()).isEqualTo("opened");
        silent.connection.close(Ending.SILENT);
        assertThat(reader.next()).isEqualTo("will/silent=gone");
        assertThat(silent.heard).isEmpty();
    }

    @Test
    public void wrongPasswordIsALostConnectionAndTheRightOneOpensIt() throws Exception {
        broker(
                "allow_anonymous false",
                "password_file " + Mosquitto.passwords(folder, "d1", "secret"));
        End wrong = open("d1", login("wrong"), Optional.empty(), Duration.ZERO, "a");
        assertThat(wrong.next()).isEqualTo("lost");
        BlockingQueue<String> outcomes = wrong.publish("a", "never");
        assertThat(outcomes.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("LOST");
        End right = open("d1", login("secret"), Optional.empty(), Duration.ZERO, "a");
        assertThat(right.next()).isEqualTo("opened");
    }

    private static Optional<Opening.Login> login(String password) {
        return Optional.of(new Opening.Login("d1", password.toCharArray()));
    }

    @Test
    public void brokerThatDiesIsALostConnectionToldOnce() throws Exception {
        broker("allow_anonymous true");
        End end = open("d1", "a");
        assertThat(end.next()).isEqualTo("opened");
        broker.stop();
        assertThat(end.next()).isEqualTo("lost");
        assertThat(end.publish("a", "x").poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("LOST");
        End refused = open("d1", "a");
        assertThat(refused.next()).isEqualTo("lost");
        assertThat(end.heard).isEmpty();
    }

    @Test
    public void socketsOfAFactoryFindTheirOwnWay() throws Exception {
        broker("allow_anonymous true");
        End end =
                open(
                        "d1",
                        Optional.empty(),
                        Optional.of(new Leading(broker.port())),
                        Duration.ZERO,
                        "a");
        assertThat(end.next()).isEqualTo("opened");
    }

    @Test
    public void packetThatIsTooLargeEndsTheConnectionAtItsLength() throws Exception {
        try (LoudBroker loud = new LoudBroker()) {
            End end =
                    open(
                            "d1",
                            Optional.empty(),
                            Optional.of(new Leading(loud.port())),
                            Duration.ZERO,
                            "a");
            String heard = end.next();
            assertThat(heard.equals("opened") ? end.next() : heard).isEqualTo("lost");
            assertThat(end.cause.getCause() == null ? end.cause : end.cause.getCause())
                    .hasMessageContaining("268435455 bytes");
        }
    }

    @Test
    public void largestPacketThatMayBeComesThrough() throws Exception {
        broker("allow_anonymous true");
        End reader = open("reader", "a");
        assertThat(reader.next()).isEqualTo("opened");
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        String text = "x".repeat((1 << 20) + (60 << 10));
        writer.publish("a", text);
        assertThat(reader.next()).isEqualTo("a=" + text);
    }

    @Test
    public void sessionKeepsMessagesForAClientThatIsAway() throws Exception {
        broker("allow_anonymous true");
        Duration day = Duration.ofDays(1);
        End away = open("away", Optional.empty(), Optional.empty(), day, "a/b");
        assertThat(away.next()).isEqualTo("opened");
        away.connection
                .close(Ending.TOLD)
                .toCompletableFuture()
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(broker.said("away disconnected")).isTrue();
        End writer = open("writer", "unused");
        assertThat(writer.next()).isEqualTo("opened");
        BlockingQueue<String> outcomes = writer.publish("a/b", "meanwhile");
        assertThat(outcomes.poll(WAIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("acknowledged");
        End back = open("away", Optional.empty(), Optional.empty(), day, "a/b");
        assertThat(List.of(back.next(), back.next()))
                .containsExactlyInAnyOrder("opened", "a/b=meanwhile");
    }

    /** Leads everybody to one port of this machine. */
    private static final class Leading extends SocketFactory {
        private final int port;

        Leading(int port) {
            this.port = port;
        }

        @Override
        public Socket createSocket() {
            return new Socket() {
                @Override
                public void connect(java.net.SocketAddress ignored, int timeout)
                        throws java.io.IOException {
                    super.connect(
                            new java.net.InetSocketAddress(
                                    java.net.InetAddress.getLoopbackAddress(), port),
                            timeout);
                }
            };
        }

        @Override
        public Socket createSocket(String host, int ignored) {
            throw new AssertionError("only unconnected sockets are asked for");
        }

        @Override
        public Socket createSocket(String host, int i, java.net.InetAddress local, int j) {
            throw new AssertionError("only unconnected sockets are asked for");
        }

        @Override
        public Socket createSocket(java.net.InetAddress host, int ignored) {
            throw new AssertionError("only unconnected sockets are asked for");
        }

        @Override
        public Socket createSocket(
                java.net.InetAddress host, int i, java.net.InetAddress local, int j) {
            throw new AssertionError("only unconnected sockets are asked for");
        }
    }
}
