package io.armature.boot;

import io.armature.platform.api.DeviceIdentity;
import java.util.Objects;
import org.osgi.framework.BundleContext;

/** What a boot's picture says about the device. */
record BootFacts(String bootId, String deviceId, String version, String profile, String archive) {

    static BootFacts of(DeviceIdentity identity, BundleContext context) {
        return new BootFacts(
                identity.bootId(),
                identity.deviceId(),
                identity.version(),
                Objects.requireNonNullElse(context.getProperty("armature.profile"), ""),
                Objects.requireNonNullElse(context.getProperty("armature.archive"), "absent"));
    }
}
