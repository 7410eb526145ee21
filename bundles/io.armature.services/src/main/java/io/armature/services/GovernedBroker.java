package io.armature.services;

import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceNames;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.spi.ServiceBroker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The registry for adapters, under a name that policy governs: who has it speaks for anybody. */
@Component(property = ServiceNames.PROPERTY + "=" + ServiceBroker.NAME)
public final class GovernedBroker implements ServiceBroker {

    private final ServiceBroker registry;

    /** The registry's. */
    @Activate
    public GovernedBroker(@Reference Services services, @Reference Guarded guarded) {
        this.registry = services.registry();
    }

    @Override
    public Registration register(Identity caller, String name, ServiceProvider provider) {
        return registry.register(caller, name, provider);
    }

    @Override
    public void request(Identity caller, String name, Optional<Duration> timeout, Pipe receiver) {
        registry.request(caller, name, timeout, receiver);
    }

    @Override
    public CompletionStage<ServiceState> query(Identity caller, String name) {
        return registry.query(caller, name);
    }

    @Override
    public Subscription observe(Identity caller, ServiceObserver observer) {
        return registry.observe(caller, observer);
    }

    @Override
    public boolean labelsMatter() {
        return registry.labelsMatter();
    }
}
