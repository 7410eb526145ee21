package io.armature.backend.reporting;

import io.armature.backend.api.DeviceAccounts;
import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.reporting.configuration.Configurations;
import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.server.ConfigurationNews;
import io.armature.backend.reporting.server.Outbox;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.storage.DeviceNotes;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.FailureText;
import io.armature.platform.api.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The server with its keys and its storage: everything but the connection.
 *
 * @param keys made at the first start
 * @param storage closed with the server
 * @param configurations what devices are to refuse
 * @param news sends these
 */
record Backend(
        BackendKeys keys,
        RecordStorage storage,
        ReportingServer server,
        Configurations configurations,
        ConfigurationNews news)
        implements AutoCloseable {

    /** Opens the storage. */
    interface Opening {
        RecordStorage open() throws IOException;
    }

    /** Reads keys and opens the storage; may take a while after a crash. */
    static Backend open(
            BackendKeys keys,
            Configurations configurations,
            Opening opening,
            Supplier<Optional<DeviceAccounts>> accounts,
            ReportingServer.Limits limits,
            Outbox outbox,
            DeviceClock clock)
            throws IOException {
        RecordStorage storage = opening.open();
        ReportingServer server =
                new ReportingServer(
                        keys, storage, outbox, new KnownDevices(storage, accounts), clock, limits);
        ConfigurationNews news = new ConfigurationNews(configurations, outbox, clock);
        server.tell(news);
        return new Backend(keys, storage, server, configurations, news);
    }

    /** Records as lines in files below the backend's state. */
    static RecordStorage lines(
            DevicePaths paths, DurableFiles files, DeviceClock clock, RecordStore.Limits limits)
            throws IOException {
        Path own = paths.state().resolve("backend-reporting");
        return new LineStorage(
                RecordStore.open(
                        paths.state().resolve("records"),
                        own.resolve("checkpoint"),
                        files,
                        clock,
                        limits),
                new DeviceNotes(own.resolve("devices"), files));
    }

    /** What an operator should know. */
    List<Fault> faults() {
        List<Fault> all = new ArrayList<>(storage.faults());
        try {
            configurations.current();
        } catch (IOException e) {
            all.add(new Fault("backend-reporting", "configuration", FailureText.of(e)));
        }
        news.newer()
                .ifPresent(
                        one ->
                                all.add(
                                        new Fault(
                                                "backend-reporting",
                                                "configuration",
                                                "device "
                                                        + one.device()
                                                        + " has version "
                                                        + one.version()
                                                        + ", which this server never made: set one"
                                                        + " with a higher --version")));
        return all;
    }

    @Override
    public void close() {
        server.close();
    }
}
