package io.armature.reporting;

import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingContract;
import io.armature.reporting.testing.SpoolFixture;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SpoolContractTest extends ReportingContract {

    @TempDir Path root;
    private SpoolFixture spool;

    @BeforeEach
    void start() {
        spool = new SpoolFixture(root).settings(heedingBlocks()).start();
    }

    private static SpoolSettings heedingBlocks() {
        return SpoolSettings.standard().with(new SpoolFlags(Set.of(), true, true));
    }

    @AfterEach
    void stop() {
        spool.close();
    }

    @Override
    protected Reporting reporting() {
        return spool.spool();
    }
}
