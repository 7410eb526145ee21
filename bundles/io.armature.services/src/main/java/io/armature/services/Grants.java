package io.armature.services;

import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceNames;
import io.armature.services.hooks.Regrants;
import io.armature.services.hooks.Sight;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets other policies take effect on what runs; wiring only. */
final class Grants implements BiConsumer<Sight, Sight>, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

    private final Regrants regrants;
    private final StandIns standIns;
    private final ServiceRegistration<Object> news;
    private final AtomicLong told = new AtomicLong();
    private final Subscription changes;

    /** Heeds every change of what bundles see, also one that came with this version. */
    Grants(
            BundleContext context,
            GuardComponent guard,
            StandIns standIns,
            ServiceComponentRuntime components) {
        BundleContext system =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        Bundle own = context.getBundle();
        this.standIns = standIns;
        news = context.registerService(Object.class, new Object(), properties(0));
        regrants = new Regrants(system, own, components, this);
        changes = guard.onChange(this);
    }

    /** Whoever looks services up by itself is told to look again. */
    @Override
    public void run() {
        standIns.renew();
        try {
            news.setProperties(properties(told.incrementAndGet()));
        } catch (IllegalStateException e) {
            LOG.debug("this version has stopped meanwhile", e);
        }
    }

    private static Dictionary<String, Object> properties(long count) {
        return new Hashtable<>(Map.of(ServiceNames.POLICIES, count));
    }

    /** On a thread of its own: components take their time to end. */
    @Override
    public void accept(Sight before, Sight now) {
        Thread thread = new Thread(() -> apply(before, now), "services-regrants");
        thread.setDaemon(true);
        thread.start();
    }

    private void apply(Sight before, Sight now) {
        try {
            regrants.apply(before, now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that
        }
    }

    void stop() {
        changes.close();
        news.unregister();
    }
}
