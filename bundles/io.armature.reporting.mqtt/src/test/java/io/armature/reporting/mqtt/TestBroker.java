package io.armature.reporting.mqtt;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.PermitAllAuthorizatorPolicy;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A Moquette of this JVM that notes what is published and publishes as the server would. */
final class TestBroker implements AutoCloseable {

    static final String PASSWORD = "secret";

    record Message(String topic, byte[] payload) {}

    final BlockingQueue<Message> published = new LinkedBlockingQueue<>();
    private final int port;
    private final int maxPacketBytes;
    private Server server;

    TestBroker(int maxPacketBytes) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.maxPacketBytes = maxPacketBytes;
        start();
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        Properties properties = new Properties();
        properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        properties.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
        properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "false");
        properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        properties.setProperty(
                IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, Integer.toString(maxPacketBytes));
        server = new Server();
        server.startServer(
                new MemoryConfig(properties),
                List.of(new Notes()),
                () -> null,
                (clientId, user, password) ->
                        password != null
                                && PASSWORD.equals(
                                        new String(
                                                password, java.nio.charset.StandardCharsets.UTF_8)),
                new PermitAllAuthorizatorPolicy());
    }

    /** Interrupted, Moquette stops without waiting two seconds for silence. */
    void stop() {
        Server running = server;
        server = null;
        if (running != null) {
            Thread stopper =
                    new Thread(
                            () -> {
                                Thread.currentThread().interrupt();
                                running.stopServer();
                            });
            stopper.start();
            try {
                stopper.join(10_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    void publish(String topic, byte[] payload) {
        server.internalPublish(
                MqttMessageBuilders.publish()
                        .topicName(topic)
                        .qos(MqttQoS.AT_LEAST_ONCE)
                        .messageId(1)
                        .payload(Unpooled.wrappedBuffer(payload))
                        .build(),
                "server");
    }

    @Override
    public void close() {
        stop();
    }

    private final class Notes extends AbstractInterceptHandler {

        @Override
        public String getID() {
            return "notes";
        }

        @Override
        public Class<?>[] getInterceptedMessageTypes() {
            return new Class<?>[] {InterceptPublishMessage.class};
        }

        @Override
        public void onPublish(InterceptPublishMessage message) {
            published.add(
                    new Message(
                            message.getTopicName(), ByteBufUtil.getBytes(message.getPayload())));
            message.getPayload().release();
        }

        @Override
        public void onSessionLoopError(Throwable error) {
            throw new AssertionError(error);
        }
    }
}
