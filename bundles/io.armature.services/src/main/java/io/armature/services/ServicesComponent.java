package io.armature.services;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.SettingValues;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Builds the manager and publishes it, in an order that components of their own would have to wait
 * for each other in: the guard knows the policies before anything governed is to be seen. Stays
 * while nobody uses it: its state is the device's.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.armature.services")
@Designate(ocd = Services.Settings.class)
@Services.Settings
public final class ServicesComponent {

    private final Services services;
    private final PublishedOwners owners;
    private final Publications publications;
    private final Grants grants;

    /** Puts the policies in force, takes over what an earlier version left, publishes. */
    @Activate
    public ServicesComponent(
            BundleContext context,
            @Reference DeviceClock clock,
            @Reference DevicePaths paths,
            @Reference GuardComponent guard,
            @Reference ServiceComponentRuntime components,
            Map<String, Object> properties) {
        boolean permissive = new SettingValues(properties).flag("permissive");
        services = new Services(context, clock, paths, permissive);
        guard.follow(services);
        StandIns standIns = new StandIns(context, services);
        owners = new PublishedOwners(context, services, clock);
        publications = new Publications(context, services);
        grants = new Grants(context, guard, standIns, components);
    }

    @Deactivate
    void stop() {
        publications.end();
        grants.stop();
        owners.stop();
        services.stop();
    }
}
