package io.armature.platform;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DeviceClockContract;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;

class SystemClockContractTest extends DeviceClockContract {

    private final SystemClock clock = new SystemClock(Instant.EPOCH);

    @AfterEach
    void stop() {
        clock.stop();
    }

    @Override
    protected DeviceClock clock() {
        return clock;
    }
}
