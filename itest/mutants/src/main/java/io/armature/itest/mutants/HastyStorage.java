package io.armature.itest.mutants;

import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.StorageProvider;
import io.armature.backend.reporting.storage.DeviceNotes;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The mutant that confirms before it stores: the reporting server's own storage, which says that
 * records are stored a moment before they are. The server prefers it by its ranking, and its
 * setting {@code storage} names it.
 */
public final class HastyStorage implements StorageProvider {

    private static final int QUEUES = 4096;
    private static final long CHECKPOINT_BYTES = 16L << 20;

    private final DevicePaths paths;
    private final DurableFiles files;
    private final DeviceClock clock;

    /** Called by SCR, see {@code OSGI-INF/hasty-storage.xml}. */
    public HastyStorage(DevicePaths paths, DurableFiles files, DeviceClock clock) {
        this.paths = paths;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "hasty";
    }

    @Override
    public RecordStorage open(Terms terms) throws IOException {
        Path own = paths.state().resolve("backend-reporting");
        RecordStore store =
                RecordStore.open(
                        paths.state().resolve("records"),
                        own.resolve("checkpoint"),
                        files,
                        clock,
                        new RecordStore.Limits(
                                QUEUES,
                                CHECKPOINT_BYTES,
                                terms.holeResends(),
                                terms.holeAge().toNanos()));
        return new LateStorage(
                new LineStorage(store, new DeviceNotes(own.resolve("devices"), files)));
    }
}
