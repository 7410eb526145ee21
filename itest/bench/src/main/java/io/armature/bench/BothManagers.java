package io.armature.bench;

import io.armature.platform.api.testing.MachineClock;
import io.armature.services.ServicesWithoutComponents;
import io.armature.services.api.ServiceManager;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import java.util.List;

/** A manager for the owner of a service and one for who requests it, over one registry. */
record BothManagers(ServiceManager owner, ServiceManager requester, MachineClock clock)
        implements AutoCloseable {

    static BothManagers make(String name) {
        MachineClock clock = new MachineClock();
        ServiceRegistry registry =
                new ServiceRegistry(
                        clock,
                        Runnable::run,
                        Mode.ENFORCING,
                        EmptyBundles.policies(name, "bench.owner", List.of("bench.user")));
        return new BothManagers(
                ServicesWithoutComponents.of(EmptyBundles.identity("bench.owner"), registry, null),
                ServicesWithoutComponents.of(EmptyBundles.identity("bench.user"), registry, null),
                clock);
    }

    @Override
    public void close() {
        clock.close();
    }
}
