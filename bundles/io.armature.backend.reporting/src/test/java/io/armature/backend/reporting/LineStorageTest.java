package io.armature.backend.reporting;

import io.armature.backend.api.storage.RecordStorage;
import io.armature.backend.api.storage.RecordStorageContract;
import io.armature.backend.reporting.storage.DeviceNotes;
import io.armature.backend.reporting.storage.LineStorage;
import io.armature.backend.reporting.storage.RecordStore;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.api.testing.PlainFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;

class LineStorageTest extends RecordStorageContract {

    @TempDir Path root;
    private final HandClock clock = new HandClock(Instant.parse("2026-03-04T10:00:00Z"), 0);

    @Override
    protected RecordStorage open() throws Exception {
        PlainFiles files = new PlainFiles();
        return new LineStorage(
                RecordStore.open(
                        root.resolve("records"),
                        root.resolve("checkpoint"),
                        files,
                        clock,
                        new RecordStore.Limits(
                                64, 1 << 20, TERMS.holeResends(), TERMS.holeAge().toNanos())),
                new DeviceNotes(root.resolve("devices"), files));
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }
}
