package io.armature.services;

import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.spi.ServiceBroker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The registry for adapters, under a name that policy governs: who has it speaks for anybody. */
final class GovernedBroker implements ServiceBroker {

    private final ServiceBroker registry;

    GovernedBroker(ServiceBroker registry) {
        this.registry = registry;
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
