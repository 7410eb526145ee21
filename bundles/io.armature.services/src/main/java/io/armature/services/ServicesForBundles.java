package io.armature.services;

import io.armature.services.api.Hold;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import io.armature.services.api.Sticky;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The service manager as one bundle sees it. To let it go changes nothing, the bundle's own end
 * does.
 */
final class ServicesForBundles implements ServiceManager {

    private final BundleCaller caller;

    ServicesForBundles(BundleCaller caller) {
        this.caller = caller;
    }

    @Override
    public Registration register(String name, ServiceProvider provider) {
        return caller.register(name, provider);
    }

    @Override
    public Pipe request(String name) {
        return caller.request(name, Optional.empty());
    }

    @Override
    public Pipe request(String name, Duration timeout) {
        return caller.request(name, Optional.of(timeout));
    }

    @Override
    public CompletionStage<ServiceState> query(String name) {
        return caller.query(name);
    }

    @Override
    public Subscription observe(ServiceObserver observer) {
        return caller.observe(observer);
    }

    @Override
    public <T> Sticky<T> sticky(Class<T> type, Hold hold) {
        return caller.sticky(type, hold);
    }
}
