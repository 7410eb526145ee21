package io.armature.backend.reporting;

import io.armature.backend.reporting.keys.BackendKeys;
import io.armature.backend.reporting.server.Outbox;
import io.armature.backend.reporting.server.ReportingServer;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The server with its keys and its store: everything but the connection.
 *
 * @param keys made at the first start
 * @param store closed with the server
 */
record Backend(BackendKeys keys, RecordStore store, ReportingServer server)
        implements AutoCloseable {

    /** Reads keys and store; may take a while after a crash. */
    static Backend open(
            DevicePaths paths,
            DurableFiles files,
            DeviceClock clock,
            Randomness randomness,
            RecordStore.Limits storeLimits,
            ReportingServer.Limits serverLimits,
            Outbox outbox)
            throws IOException {
        Path own = paths.state().resolve("backend-reporting");
        BackendKeys keys = BackendKeys.open(own.resolve("keys"), files, randomness);
        RecordStore store =
                RecordStore.open(
                        paths.state().resolve("records"),
                        own.resolve("checkpoint"),
                        files,
                        clock,
                        storeLimits);
        return new Backend(
                keys, store, new ReportingServer(keys, store, outbox, clock, serverLimits));
    }

    @Override
    public void close() {
        server.close();
    }
}
