package io.armature.backend.broker;

import io.armature.backend.api.DeviceAccounts;
import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthenticator;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One running Moquette. It keeps everything in memory: after a restart, sessions, queues and
 * retained messages are gone, and the reporting pipeline sends again what was not confirmed.
 */
final class BrokerServer implements AutoCloseable {

    private static final long STOP_SECONDS = 4;

    private final Server server;
    private final int port;

    private BrokerServer(Server server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts and listens; blocks for about half a second.
     *
     * @param port 0: a free one
     * @param onBroken told, on a thread of Moquette's, that the broker must be started anew
     * @throws IOException if the port cannot be had; nothing runs then
     */
    static BrokerServer start(
            BrokerSettings settings, int port, AccountFile accounts, Consumer<Throwable> onBroken)
            throws IOException {
        int free = probe(settings.host(), port);
        requireGuard();
        Server server = new Server();
        StatusKeeper keeper =
                new StatusKeeper((topic, payload) -> retain(server, topic, payload), onBroken);
        boolean started = false;
        try {
            server.startServer(
                    configuration(settings, free),
                    List.of(keeper),
                    () -> null,
                    authenticator(accounts),
                    new AccessList());
            started = true;
            return new BrokerServer(server, free);
        } catch (RuntimeException e) {
            throw new IOException("broker did not start: " + e.getMessage(), e);
        } finally {
            if (!started) {
                stop(server);
            }
        }
    }

    int port() {
        return port;
    }

    /** Closes all connections, drops all memory; takes some tens of milliseconds. */
    @Override
    public void close() {
        stop(server);
    }

    private static IConfig configuration(BrokerSettings settings, int port) {
        Properties properties = new Properties();
        properties.setProperty(IConfig.HOST_PROPERTY_NAME, settings.host());
        properties.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
        properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "false");
        properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        properties.setProperty(BrokerConstants.REAUTHORIZE_SUBSCRIPTIONS_ON_CONNECT, "true");
        properties.setProperty(
                IConfig.NETTY_MAX_BYTES_PROPERTY_NAME,
                Integer.toString(settings.maxMessageBytes()));
        properties.setProperty(
                IConfig.SESSION_QUEUE_SIZE, Integer.toString(settings.sessionCommands()));
        return new MemoryConfig(properties);
    }

    private static IAuthenticator authenticator(AccountFile accounts) {
        byte[] server = accounts.serverPassword().getBytes(StandardCharsets.UTF_8);
        return (clientId, user, password) -> {
            if (clientId == null || user == null || password == null) {
                return false;
            }
            if (user.equals(DeviceAccounts.SERVER_USER)) {
                return MessageDigest.isEqual(server, password) && !accounts.isDevice(clientId);
            }
            return accounts.opensDevice(user, password) && clientId.equals(user);
        };
    }

    private static void retain(Server server, String topic, byte[] payload) {
        server.internalPublish(
                MqttMessageBuilders.publish()
                        .topicName(topic)
                        .qos(MqttQoS.AT_LEAST_ONCE)
                        .messageId(1)
                        .retained(true)
                        .payload(Unpooled.wrappedBuffer(payload))
                        .build(),
                DeviceAccounts.SERVER_USER);
    }

    /**
     * Finds a taken port before Moquette starts threads that are slow to end, and a free one by
     * asking the kernel: Moquette learns of its own too late.
     */
    private static int probe(String host, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return socket.getLocalPort();
        }
    }

    /** Without the guard, last wills would go round the access list: better no broker at all. */
    private static void requireGuard() {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
        ClassLoader loader = ServerBootstrap.class.getClassLoader();
        boolean present =
                ServiceLoader.load(ChannelInitializerExtension.class, loader).stream()
                        .anyMatch(provider -> provider.type() == ConnectGuardExtension.class);
        if (!present) {
            throw new IllegalStateException("the connection guard is not in this bundle");
        }
    }

    /**
     * Moquette waits for Netty's quiet period of 2 s unless it is interrupted while it does; an
     * interrupted wait makes it close at once, which is what we want.
     */
    private static void stop(Server server) {
        CountDownLatch done = new CountDownLatch(1);
        Thread stopper =
                new Thread(
                        () -> {
                            Thread.currentThread().interrupt();
                            try {
                                server.stopServer();
                            } finally {
                                done.countDown();
                            }
                        },
                        "broker-stop");
        stopper.setDaemon(true);
        stopper.start();
        try {
            done.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
