package io.armature.platform.settings;

import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.util.List;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the device's settings to Configuration Admin. The conductor refers to this service by its
 * property, so that no later level starts before it is done.
 */
@Component(property = "armature.configured=true")
public final class DeviceSettings implements FaultSource {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceSettings.class);

    private final List<Fault> faults;

    @Activate
    public DeviceSettings(@Reference DevicePaths paths, @Reference ConfigurationAdmin admin) {
        faults =
                List.copyOf(
                        new AppliedSettings(
                                        paths.slot().resolve("settings"),
                                        paths.configuration(),
                                        paths.cache().resolve("settings-applied"),
                                        new AdminStore(admin))
                                .apply());
        for (Fault fault : faults) {
            LOG.warn("setting refused subject={} reason={}", fault.subject(), fault.reason());
        }
    }

    @Override
    public List<Fault> faults() {
        return faults;
    }
}
