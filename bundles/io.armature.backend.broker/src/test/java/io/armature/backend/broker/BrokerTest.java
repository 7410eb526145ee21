package io.armature.backend.broker;

import io.armature.boot.api.PhaseTask;
import io.armature.boot.api.PhaseTaskContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class BrokerTest extends PhaseTaskContract {

    @TempDir private Path root;
    private BrokerFixture fixture;

    @BeforeEach
    void start() {
        fixture = new BrokerFixture(root);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Override
    protected PhaseTask task() {
        return fixture.broker;
    }
}
