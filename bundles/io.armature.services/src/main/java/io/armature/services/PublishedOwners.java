package io.armature.services;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceProvider;
import io.armature.services.hooks.Owners;
import io.armature.services.hooks.Whiteboard;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Lets bundles own services by publishing them with a governed name; wiring only. */
@Component(
        service = {},
        immediate = true)
public final class WhiteboardComponent implements Owners {

    private final Services services;
    private final Whiteboard whiteboard;
    private final Subscription changes;

    /** Registers what is published now and later. */
    @Activate
    public WhiteboardComponent(
            BundleContext context, @Reference Services services, @Reference DeviceClock clock) {
        this.services = services;
        whiteboard = new Whiteboard(context, this, clock, services.timers());
        changes = services.onChange((before, now) -> whiteboard.policiesChanged());
        whiteboard.open();
    }

    @Override
    public Registration register(Bundle owner, String name, ServiceProvider provider) {
        return services.caller(owner).register(name, provider);
    }

    @Deactivate
    void stop() {
        changes.close();
        whiteboard.close();
    }
}
