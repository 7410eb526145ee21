package io.armature.services.client;

import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceManagerContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every service manager keeps, through the socket. */
class ServiceManagerClientContractTest extends ServiceManagerContract {

    @TempDir private Path folder;
    private ServerFixture server;
    private ServiceManagerClient owner;
    private ServiceManagerClient requester;

    @BeforeEach
    void start() throws IOException {
        server = new ServerFixture(folder);
        ClientOptions options = ClientOptions.of(server.socket).withOwnerLimit(Duration.ZERO);
        owner = ServiceManagerClient.connect(options);
        requester = ServiceManagerClient.connect(options);
    }

    @AfterEach
    void stop() {
        owner.close();
        requester.close();
        server.close();
    }

    @Override
    protected ServiceManager owner() {
        return owner;
    }

    @Override
    protected ServiceManager requester() {
        return requester;
    }

    @Override
    protected Identity ownerIdentity() {
        return ServerFixture.me();
    }

    @Override
    protected Identity requesterIdentity() {
        return ServerFixture.me();
    }
}
