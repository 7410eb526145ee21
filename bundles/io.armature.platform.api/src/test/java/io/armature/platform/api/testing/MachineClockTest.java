package io.armature.platform.api.testing;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DeviceClockContract;
import org.junit.jupiter.api.AfterEach;

class MachineClockTest extends DeviceClockContract {

    private final MachineClock clock = new MachineClock();

    @AfterEach
    void close() {
        clock.close();
    }

    @Override
    protected DeviceClock clock() {
        return clock;
    }
}
