package io.armature.services;

import io.armature.platform.api.DeviceClock;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.sticky.StickyServices;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The one registry of this device, and the bundles that use it. */
@Component(service = Services.class)
public final class Services {

    private final BundleContext context;
    private final DeviceClock clock;
    private final ThreadPoolExecutor timeouts;
    private final BundleIdentities identities = new BundleIdentities(Path.of("/proc/self"));
    private final ServiceRegistry registry;
    private final Map<Long, BundleCaller> callers = new ConcurrentHashMap<>();
    private final SynchronousBundleListener bundles = this::bundleChanged;

    @Activate
    public Services(BundleContext context, @Reference DeviceClock clock) {
        this.context = context;
        this.clock = clock;
        this.timeouts = timeouts();
        this.registry = new ServiceRegistry(clock, timeouts, Mode.ENFORCING, Policies.NONE);
        context.addBundleListener(bundles);
    }

    /** One thread that is there only while there is something to time out. */
    private static ThreadPoolExecutor timeouts() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> new Thread(task, "services-timeouts"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(bundles);
        callers.values().forEach(BundleCaller::end);
        timeouts.shutdown();
    }

    ServiceRegistry registry() {
        return registry;
    }

    BundleCaller caller(Bundle bundle) {
        return callers.computeIfAbsent(
                bundle.getBundleId(),
                id ->
                        new BundleCaller(
                                identities.of(bundle),
                                registry,
                                new StickyServices(bundle.getBundleContext(), clock, timeouts)));
    }

    private void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.STOPPED) {
            BundleCaller caller = callers.remove(event.getBundle().getBundleId());
            if (caller != null) {
                caller.end();
            }
        }
    }
}
