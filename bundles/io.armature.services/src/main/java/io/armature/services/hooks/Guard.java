package io.armature.services.hooks;

import java.util.Collection;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from look-ups and events what the looking bundle may not see. If it cannot tell, governed
 * services are hidden: a hook that threw would be skipped by the framework.
 */
final class Guard implements FindHook, EventListenerHook {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private final Visibility visibility;

    Guard(Visibility visibility) {
        this.visibility = visibility;
    }

    @Override
    public void find(
            BundleContext context,
            String name,
            String filter,
            boolean allServices,
            Collection<ServiceReference<?>> references) {
        references.removeIf(reference -> hidden(context, reference));
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        ServiceReference<?> reference = event.getServiceReference();
        if (Visibility.governed(reference)) {
            listeners.keySet().removeIf(context -> hidden(context, reference));
        }
    }

    private boolean hidden(BundleContext context, ServiceReference<?> reference) {
        try {
            Bundle to = context.getBundle();
            return !visibility.visible(to, reference);
        } catch (RuntimeException e) {
            LOG.warn("policy could not be asked; the service is hidden", e);
            return Visibility.governed(reference);
        }
    }
}
