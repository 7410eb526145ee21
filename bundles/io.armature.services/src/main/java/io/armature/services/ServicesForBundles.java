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
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/**
 * The service manager as one bundle sees it. The framework says which bundle that is; the
 * component's end changes nothing, the bundle's own end does.
 */
@Component(service = ServiceManager.class, scope = ServiceScope.BUNDLE)
public final class ServicesForBundles implements ServiceManager {

    private final BundleCaller caller;

    /** For the bundle that uses this instance. */
    @Activate
    public ServicesForBundles(ComponentContext context, @Reference Services services) {
        this(services.caller(context.getUsingBundle()));
    }

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
