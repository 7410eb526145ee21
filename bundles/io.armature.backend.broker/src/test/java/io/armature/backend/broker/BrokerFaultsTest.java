package io.armature.backend.broker;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class BrokerFaultsTest extends FaultSourceContract {

    @TempDir private Path root;
    private BrokerFixture fixture;

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Override
    protected FaultSource healthy() throws Exception {
        fixture = new BrokerFixture(root);
        fixture.accounts();
        return fixture.broker;
    }

    /** Its state is a file where a directory should be. */
    @Override
    protected FaultSource degraded() throws Exception {
        Files.createDirectories(root.resolve("var/lib/armature"));
        Files.writeString(root.resolve("var/lib/armature/broker"), "in the way");
        fixture = new BrokerFixture(root);
        fixture.broker.run().toCompletableFuture().get();
        return fixture.broker;
    }
}
