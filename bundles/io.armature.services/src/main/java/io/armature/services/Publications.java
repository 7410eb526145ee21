package io.armature.services;

import io.armature.platform.api.FaultSource;
import io.armature.services.api.OwnsService;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceNames;
import io.armature.services.spi.ServiceBroker;
import io.armature.services.spi.ServicePolicies;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** What the manager publishes. Its users may be activated on the thread that makes this. */
@OwnsService(name = ServiceBroker.NAME, type = ServiceBroker.class)
@OwnsService(name = ServicePolicies.NAME, type = ServicePolicies.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.armature.services.api.ServiceManager\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.armature.services.spi.ServiceBroker\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"io.armature.services.spi.ServicePolicies\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute =
                "objectClass:List<String>=\"io.armature.services.Services,io.armature.platform.api.FaultSource\"",
        effective = "active")
final class Publications {

    private static final String[] SERVICES = {
        Services.class.getName(), FaultSource.class.getName()
    };

    private final List<ServiceRegistration<?>> all = new ArrayList<>(4);

    Publications(BundleContext context, Services services) {
        all.add(
                context.registerService(
                        ServicePolicies.class,
                        new GovernedPolicies(services),
                        governed(ServicePolicies.NAME)));
        all.add(
                context.registerService(
                        ServiceBroker.class,
                        new GovernedBroker(services.registry()),
                        governed(ServiceBroker.NAME)));
        all.add(context.registerService(ServiceManager.class, new ManagerOfEach(services), null));
        all.add(context.registerService(SERVICES, services, null));
    }

    private static Dictionary<String, Object> governed(String name) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ServiceNames.PROPERTY, name);
        return properties;
    }

    /** In the opposite order: the command line and the console let go before anybody else. */
    void end() {
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).unregister();
        }
    }

    /** One manager for each bundle: the framework says whose it is. */
    private record ManagerOfEach(Services services) implements ServiceFactory<ServiceManager> {
        @Override
        public ServiceManager getService(
                Bundle bundle, ServiceRegistration<ServiceManager> registration) {
            return new ServicesForBundles(services.caller(bundle));
        }

        @Override
        public void ungetService(
                Bundle bundle,
                ServiceRegistration<ServiceManager> registration,
                ServiceManager service) {
            // What the bundle holds ends with the bundle, not with its manager.
        }
    }
}
