package io.armature.services.api.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceManagerContract;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FakeServiceManagerTest extends ServiceManagerContract {

    private final FakeServiceManager fake = new FakeServiceManager();

    @Override
    protected ServiceManager owner() {
        return fake.user(1);
    }

    @Override
    protected ServiceManager requester() {
        return fake.user(2);
    }

    @Override
    protected Identity ownerIdentity() {
        return FakeServiceManager.identity(1);
    }

    @Override
    protected Identity requesterIdentity() {
        return FakeServiceManager.identity(2);
    }

    @Test
    void timeOutsAreIgnored() {
        Pipe pipe = requester().request(NAME, Duration.ZERO);
        assertThat(pipe.closed().toCompletableFuture()).isNotDone();
    }
}
