package io.armature.reporting.dbus.uploader;

import io.armature.boot.api.Milestone;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Uploader;
import io.armature.services.api.OwnsService;
import io.armature.services.api.ServiceNames;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes {@link Uploader} while a browser is on the bus. */
@Component(
        service = FaultSource.class,
        immediate = true,
        configurationPid = "io.armature.reporting.dbus.uploader")
@Designate(ocd = UploaderSettings.class)
@SatisfyingConditionTarget(Milestone.BOOT_COMPLETE)
@OwnsService(name = "Uploader", type = Uploader.class)
public final class UploaderComponent implements FaultSource {

    private static final Logger LOG = LoggerFactory.getLogger(UploaderComponent.class);

    private final BundleContext bundle;
    private final Optional<BrowserUploader> uploader;
    private final List<Fault> refused;
    private ServiceRegistration<Uploader> registration;

    @Activate
    public UploaderComponent(
            BundleContext bundle,
            @Reference DeviceClock clock,
            @Reference Randomness randomness,
            UploaderSettings settings) {
        this.bundle = bundle;
        Optional<BrowserUploader> checked = Optional.empty();
        List<Fault> faults = List.of();
        try {
            checked = Optional.of(new BrowserUploader(settings, clock, randomness, this::publish));
        } catch (IllegalArgumentException e) {
            LOG.warn("no uploads reason=\"{}\"", e.getMessage());
            faults = List.of(new Fault(BrowserUploader.SOURCE, "settings", e.getMessage()));
        }
        this.uploader = checked;
        this.refused = faults;
        uploader.ifPresent(BrowserUploader::start);
    }

    @Override
    public List<Fault> faults() {
        return uploader.map(BrowserUploader::faults).orElse(refused);
    }

    @Deactivate
    void stop() {
        uploader.ifPresent(BrowserUploader::close);
    }

    /** On the loop's thread only. */
    private void publish(boolean available) {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
        if (available) {
            registration =
                    bundle.registerService(
                            Uploader.class,
                            uploader.orElseThrow(),
                            new Hashtable<>(Map.of(ServiceNames.PROPERTY, "Uploader")));
        }
    }
}
