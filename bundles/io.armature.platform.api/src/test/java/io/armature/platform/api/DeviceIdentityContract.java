package io.armature.platform.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What every {@link DeviceIdentity} keeps. A provider's test extends it. */
public abstract class DeviceIdentityContract {

    /** Who the device is, as one start of the framework sees it. */
    protected abstract DeviceIdentity identity();

    /** The same device at its next start. */
    protected abstract DeviceIdentity afterRestart();

    @Test
    public void deviceIdFitsATopicLevelAndLasts() {
        DeviceIdentity first = identity();
        assertThat(first.deviceId()).matches("[A-Za-z0-9_-]{1,64}").isEqualTo(first.deviceId());
        assertThat(afterRestart().deviceId()).isEqualTo(first.deviceId());
    }

    @Test
    public void bootIdIsTheKernels() throws IOException {
        assertThat(identity().bootId())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
    }

    @Test
    public void versionAndDigestSayWhatRuns() {
        DeviceIdentity identity = identity();
        assertThat(identity.version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(identity.lockDigest()).matches("[0-9a-f]{64}");
    }
}
