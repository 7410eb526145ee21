package io.armature.reporting;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import io.armature.reporting.api.Enqueued;
import io.armature.reporting.proto.Priority;
import io.armature.reporting.storage.model.BadSectorStorage;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What {@link SpoolComponent} tells of a spool. */
class SpoolFaultsTest extends FaultSourceContract {

    @TempDir private Path root;
    private final BadSectorStorage.Disk disk = new BadSectorStorage.Disk();
    private SpoolFixture spool;

    @BeforeEach
    void start() {
        spool = new SpoolFixture(root).storage(disk::over).start();
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Override
    protected FaultSource healthy() throws Exception {
        spool.store(Priority.SECURITY, "well");
        return spool.spool()::faults;
    }

    /** Its queue cannot be opened. */
    @Override
    protected FaultSource degraded() throws Exception {
        Enqueued stored = spool.store(Priority.SECURITY, "well");
        Path segment = spool.segments(stored).get(0);
        spool.stop();
        disk.spoil(root.relativize(segment).toString());
        spool.start();
        SpoolFixture.await(spool.spool().queues());
        return spool.spool()::faults;
    }
}
