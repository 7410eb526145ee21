package io.armature.backend.storage.postgresql;

import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.link.Broker;
import io.armature.backend.reporting.link.BrokerLink;
import io.armature.backend.reporting.server.Outbox;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A reporting server in a process of its own, to be killed: arguments are the broker's address, the
 * database's port and the file with the keys. Says {@code ready}, then runs until it is killed.
 */
final class ServerProcess {

    private ServerProcess() {}

    public static void main(String[] arguments) throws Exception {
        HandClock clock = new HandClock();
        BackendKeys keys =
                BackendKeys.open(
                        Path.of(arguments[2]), new PlainFiles(), new SecureRandom()::nextBytes);
        Address address =
                new Address(
                        "127.0.0.1",
                        Integer.parseInt(arguments[1]),
                        "postgres",
                        DatabaseServer.USER,
                        Path.of("none"),
                        "disable",
                        "",
                        10);
        RecordStorage storage =
                new PostgresqlProvider(address, Duration.ofMinutes(10), clock)
                        .open(
                                new StorageProvider.Terms(
                                        LineStorage::print, 3, Duration.ofMinutes(10)));
        AtomicReference<Outbox> outbox = new AtomicReference<>();
        ReportingServer server =
                new ReportingServer(
                        keys,
                        storage,
                        (topic, payload) -> outbox.get().send(topic, payload),
                        device -> true,
                        clock,
                        new ReportingServer.Limits(1, 64 << 20, 32 << 20));
        BrokerLink link =
                new BrokerLink(
                        new Broker(URI.create(arguments[0]), "", "", "servers"),
                        clock,
                        server::received);
        outbox.set(link);
        link.start();
        System.out.println("ready");
        // Until it is killed.
        new CountDownLatch(1).await();
    }
}
