package io.armature.platform.settings;

import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.io.IOException;
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
@Component(
        service = {FaultSource.class, DeviceSettings.class},
        property = "armature.configured=true")
public final class DeviceSettings implements FaultSource {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceSettings.class);

    private final AppliedSettings applied;
    private volatile List<Fault> faults;

    @Activate
    public DeviceSettings(@Reference DevicePaths paths, @Reference ConfigurationAdmin admin) {
        applied =
                new AppliedSettings(
                        paths.slot().resolve("settings"),
                        paths.configuration(),
                        paths.cache().resolve("settings-applied"),
                        new AdminStore(admin));
        faults = List.copyOf(applied.apply());
        for (Fault fault : faults) {
            LOG.warn("setting refused subject={} reason={}", fault.subject(), fault.reason());
        }
    }

    /**
     * Reads the files again. Configuration Admin tells the bundles in its own time, so that a
     * change may take effect after this returns.
     *
     * @throws IOException if Configuration Admin cannot store; some of it may be applied then
     */
    public synchronized SettingsReload reload() throws IOException {
        SettingsReload done = applied.reload();
        if (done.faults().isEmpty()) {
            faults = List.of();
            for (SettingsReload.Change change : done.changes()) {
                LOG.info("setting changed pid={} key={}", change.pid(), change.key());
            }
        }
        return done;
    }

    @Override
    public List<Fault> faults() {
        return faults;
    }
}
