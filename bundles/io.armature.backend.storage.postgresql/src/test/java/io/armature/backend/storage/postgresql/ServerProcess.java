package io.armature.backend.storage.postgresql;

import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.link.Broker;
import io.armature.backend.reporting.link.BrokerLink;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.server.WatchedStorage;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.platform.api.testing.MachineClock;
import io.armature.platform.api.testing.PlainFiles;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A reporting server in a process of its own, to be killed: arguments are the broker's address, the
 * database's port and the file with the keys. Runs until it is killed.
 */
final class ServerProcess {

    private ServerProcess() {}

    public static void main(String[] arguments) throws Exception {
        MachineClock clock = new MachineClock();
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
        AtomicReference<ReportingServer> server = new AtomicReference<>();
        BrokerLink link =
                new BrokerLink(
                        new Broker(URI.create(arguments[0]), "", "", "servers"),
                        clock,
                        (topic, payload) -> server.get().received(topic, payload));
        server.set(
                new ReportingServer(
                        keys,
                        new WatchedStorage(storage, link, clock),
                        link,
                        device -> true,
                        clock,
                        new ReportingServer.Limits(1, 64 << 20, 32 << 20)));
        link.start();
        // Until it is killed.
        new CountDownLatch(1).await();
    }
}
