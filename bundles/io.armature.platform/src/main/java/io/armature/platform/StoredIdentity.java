package io.armature.platform;

import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.DurableFiles;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import java.util.List;
import java.util.Objects;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The identity in files below the root, the image's facts from the launcher. */
@Component
public final class StoredIdentity implements DeviceIdentity, FaultSource {

    private final IdentityFiles files;
    private final String version;
    private final String lockDigest;

    @Activate
    public StoredIdentity(
            @Reference DevicePaths paths,
            @Reference DurableFiles durable,
            @Reference Randomness randomness,
            BundleContext context) {
        files =
                new IdentityFiles(
                        paths.configuration().resolve("device-id"),
                        paths.state().resolve("device-id"),
                        durable,
                        randomness);
        version = Objects.requireNonNullElse(context.getProperty("armature.version"), "0.0.0");
        lockDigest = Objects.requireNonNullElse(context.getProperty("armature.lock.digest"), "");
    }

    @Override
    public String deviceId() {
        return files.deviceId();
    }

    @Override
    public String bootId() {
        return files.bootId();
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String lockDigest() {
        return lockDigest;
    }

    @Override
    public List<Fault> faults() {
        return files.faults();
    }
}
