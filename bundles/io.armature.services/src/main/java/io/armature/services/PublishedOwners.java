package io.armature.services;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceProvider;
import io.armature.services.hooks.Owners;
import io.armature.services.hooks.Whiteboard;
import io.armature.services.policy.Policies;
import java.util.function.BiConsumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Lets bundles own services by publishing them with a governed name; wiring only. */
final class PublishedOwners implements Owners, BiConsumer<Policies, Policies> {

    private final Services services;
    private final Whiteboard whiteboard;
    private final Subscription changes;

    /** Registers what is published now and later. */
    PublishedOwners(BundleContext context, Services services, DeviceClock clock) {
        this.services = services;
        whiteboard = new Whiteboard(context, this, clock, services.timers());
        changes = services.onChange(this);
        whiteboard.open();
    }

    @Override
    public void accept(Policies before, Policies now) {
        whiteboard.policiesChanged();
    }

    @Override
    public Registration register(Bundle owner, String name, ServiceProvider provider) {
        return services.caller(owner).register(name, provider);
    }

    void stop() {
        changes.close();
        whiteboard.close();
    }
}
