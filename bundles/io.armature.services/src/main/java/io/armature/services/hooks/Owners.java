package io.armature.services.hooks;

import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceProvider;
import org.osgi.framework.Bundle;

/** Registers in the name of bundles. Any thread. */
@FunctionalInterface
public interface Owners {

    /**
     * As {@link io.armature.services.api.ServiceManager#register} when the bundle itself calls it.
     */
    Registration register(Bundle owner, String name, ServiceProvider provider);
}
