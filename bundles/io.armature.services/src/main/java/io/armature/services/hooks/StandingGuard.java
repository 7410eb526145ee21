package io.armature.services.hooks;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;

/**
 * Puts a guard up and takes the one before down, in that order. The hooks belong to the system
 * bundle, so they stay when this bundle is stopped or updated: until a successor stands, the old
 * guard goes on with its policy.
 */
public final class StandingGuard implements AutoCloseable {

    private static final String MARK = "armature.service.guard";

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    private StandingGuard() {}

    /**
     * Makes the guard the one that stands.
     *
     * @param system context of the system bundle
     */
    public static void stand(BundleContext system, Guard guard) {
        List<ServiceReference<?>> before = guards(system);
        new StandingGuard().register(system, guard);
        for (ServiceReference<?> old : before) {
            dismiss(system, old);
        }
    }

    /** Whether one stands, of whatever version. */
    public static boolean stands(BundleContext system) {
        return !guards(system).isEmpty();
    }

    /** What bundles see by the guard that stands, of whatever version; kept after its end. */
    public static Optional<Sight> sight(BundleContext system) {
        try {
            for (ServiceReference<FindHook> found :
                    system.getServiceReferences(FindHook.class, "(" + MARK + "=*)")) {
                FindHook hook = system.getService(found);
                if (hook != null) {
                    system.ungetService(found);
                    return Optional.of(Sight.of(hook));
                }
            }
            return Optional.empty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    // Who finds it while it registers waits to dismiss it.
    private synchronized void register(BundleContext system, Guard guard) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(MARK, true);
        properties.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        String[] types = {FindHook.class.getName(), EventListenerHook.class.getName()};
        registrations.add(system.registerService(types, guard, properties));
        // Found by the next version through AutoCloseable alone: its classes are not these.
        registrations.add(system.registerService(AutoCloseable.class, this, properties));
    }

    private static List<ServiceReference<?>> guards(BundleContext system) {
        try {
            return new ArrayList<>(
                    system.getServiceReferences(AutoCloseable.class, "(" + MARK + "=*)"));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void dismiss(BundleContext system, ServiceReference<?> old) {
        Object guard = system.getService(old);
        try {
            if (guard instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Exception e) { // AutoCloseable's signature; ours throws nothing
            throw new IllegalStateException("the guard of an earlier version would not go", e);
        } finally {
            if (guard != null) {
                system.ungetService(old);
            }
        }
    }

    @Override
    public synchronized void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
    }
}
