package io.armature.services;

import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.sticky.StickyServices;

/** The service manager of one bundle without components. */
public final class ServicesWithoutComponents {

    private ServicesWithoutComponents() {}

    /** What the bundle of that identity would get. */
    public static ServiceManager of(
            Identity bundle, ServiceRegistry registry, StickyServices standIns) {
        return new ServicesForBundles(
                new BundleCaller(bundle, registry, standIns, registry.failures()));
    }
}
