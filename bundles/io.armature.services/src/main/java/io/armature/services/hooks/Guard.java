package io.armature.services.hooks;

import io.armature.services.api.ServiceNames;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from look-ups and events what the looking bundle may not see. Whoever does not yet know the
 * policies shows governed services to their owners alone. If it cannot tell, they are hidden: a
 * hook that threw would be skipped by the framework. Any thread.
 */
public final class Guard implements FindHook, EventListenerHook {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private volatile Sight sight = new OwnSight();
    private volatile Optional<HiddenLookUps> lookUps = Optional.empty();
    private volatile boolean failed;

    /** What decides now. */
    public Sight sight() {
        return sight;
    }

    /** From now on this decides. */
    public void follow(Sight decides) {
        sight = decides;
        failed = false;
    }

    /** From now on this is told of look-ups that were in vain. */
    public void tell(HiddenLookUps told) {
        lookUps = Optional.of(told);
    }

    @Override
    public void find(
            BundleContext context,
            String name,
            String filter,
            boolean allServices,
            Collection<ServiceReference<?>> references) {
        // No lambda: linking one fails, and so lets all pass, once an update has taken the classes.
        for (Iterator<ServiceReference<?>> all = references.iterator(); all.hasNext(); ) {
            ServiceReference<?> reference = all.next();
            if (hidden(context, reference)) {
                all.remove();
                if (name != null || filter != null) { // else it lists whatever is there
                    note(context, reference);
                }
            }
        }
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        ServiceReference<?> reference = event.getServiceReference();
        if (governed(reference)) {
            Iterator<BundleContext> all = listeners.keySet().iterator();
            while (all.hasNext()) {
                BundleContext listener = all.next();
                if (hidden(listener, reference)) {
                    if (event.getType() == ServiceEvent.REGISTERED
                            && waitedFor(reference, listeners.get(listener))) {
                        note(listener, reference);
                    }
                    all.remove();
                }
            }
        }
    }

    /** Whether one of them names what this reference is and would have been told of it. */
    private boolean waitedFor(ServiceReference<?> reference, Collection<ListenerInfo> listeners) {
        for (ListenerInfo listener : listeners) {
            String filter = listener.getFilter();
            if (filter != null && names(filter, reference) && matches(filter, reference)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a type of the service, or that it is governed, stands in the filter's text. */
    private static boolean names(String filter, ServiceReference<?> reference) {
        if (filter.contains(ServiceNames.PROPERTY)) {
            return true;
        }
        for (String type : (String[]) reference.getProperty(Constants.OBJECTCLASS)) {
            if (filter.contains(type)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(String filter, ServiceReference<?> reference) {
        try {
            return FrameworkUtil.createFilter(filter).match(reference);
        } catch (InvalidSyntaxException e) {
            complain(e);
            return false;
        }
    }

    /** What goes wrong here must change no decision. */
    private void note(BundleContext context, ServiceReference<?> reference) {
        Optional<HiddenLookUps> told = lookUps;
        try {
            String bundle = context.getBundle().getSymbolicName();
            if (told.isPresent() && bundle != null) {
                told.get().add(bundle, reference.getProperty(ServiceNames.PROPERTY).toString());
            }
        } catch (RuntimeException | Error e) {
            complain(e);
        }
    }

    private boolean hidden(BundleContext context, ServiceReference<?> reference) {
        if (!governed(reference)) {
            return false;
        }
        try {
            return !sight.visible(context.getBundle(), reference);
        } catch (RuntimeException | Error e) {
            // Errors too: that is how a class ends whose bundle is being replaced.
            complain(e);
            return true;
        }
    }

    /** Whether the reference carries a governed name. Here, for it must not need another class. */
    static boolean governed(ServiceReference<?> reference) {
        return reference.getProperty(ServiceNames.PROPERTY) != null;
    }

    private void complain(Throwable e) {
        if (!failed) {
            failed = true;
            LOG.warn("policy could not be asked; governed services are hidden", e);
        }
    }

    /** Without policies; a class, for linking a lambda takes longer in each boot. */
    private static final class OwnSight implements Sight {
        @Override
        public boolean visible(Bundle to, ServiceReference<?> reference) {
            return to.getBundleId() == Constants.SYSTEM_BUNDLE_ID
                    || to.equals(reference.getBundle());
        }
    }
}
