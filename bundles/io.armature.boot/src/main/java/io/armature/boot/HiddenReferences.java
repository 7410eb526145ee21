package io.armature.boot;

import io.armature.services.api.ServiceNames;
import io.armature.services.spi.ServicePolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Tells whether a service that a component lacks is there, but hidden by policy. Policy says so
 * itself; while it cannot be asked, what the bundle sees is compared with what there is. Any
 * thread.
 */
final class HiddenReferences {

    private final BundleContext context;
    private final Supplier<ServiceReference<ServicePolicies>> policies;

    /**
     * @param policies null while there are none
     */
    HiddenReferences(BundleContext context, Supplier<ServiceReference<ServicePolicies>> policies) {
        this.context = context;
        this.policies = policies;
    }

    /**
     * What people should know of the first service that is hidden, if any is.
     *
     * @param bundle the component's
     * @param type of the reference, null if it is not known
     * @param target filter, null for none
     */
    Optional<String> of(Bundle bundle, String type, String target) {
        if (type == null) {
            return Optional.empty();
        }
        BundleContext all = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        List<ServiceReference<?>> there = services(all, type, target);
        there.removeIf(service -> service.getProperty(ServiceNames.PROPERTY) == null);
        if (there.isEmpty()) {
            return Optional.empty();
        }
        ServiceReference<ServicePolicies> reference = policies.get();
        ServicePolicies asked = reference == null ? null : context.getService(reference);
        if (asked == null) {
            return compared(bundle, there, type, target);
        }
        try {
            return decided(bundle, there, asked);
        } finally {
            context.ungetService(reference);
        }
    }

    private static Optional<String> decided(
            Bundle bundle, List<ServiceReference<?>> there, ServicePolicies policies) {
        for (ServiceReference<?> service : there) {
            Optional<String> why =
                    policies.hidden(bundle.getSymbolicName(), owner(service), name(service));
            if (why.isPresent()) {
                return Optional.of(named(service) + ": " + why.get() + explained(bundle, service));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> compared(
            Bundle bundle, List<ServiceReference<?>> there, String type, String target) {
        BundleContext own = bundle.getBundleContext();
        if (own == null) {
            return Optional.empty();
        }
        there.removeAll(services(own, type, target));
        return there.stream()
                .findFirst()
                .map(service -> named(service) + explained(bundle, service));
    }

    private static List<ServiceReference<?>> services(
            BundleContext context, String type, String target) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(type, target);
            return found == null ? new ArrayList<>() : new ArrayList<>(List.of(found));
        } catch (InvalidSyntaxException e) {
            return new ArrayList<>(); // the component runtime finds none, either
        }
    }

    private static String name(ServiceReference<?> service) {
        return String.valueOf(service.getProperty(ServiceNames.PROPERTY));
    }

    private static String owner(ServiceReference<?> service) {
        Bundle owner = service.getBundle();
        return owner == null ? "?" : owner.getSymbolicName();
    }

    private static String named(ServiceReference<?> service) {
        return name(service) + " of bundle " + owner(service);
    }

    private static String explained(Bundle bundle, ServiceReference<?> service) {
        return " (armature services explain "
                + bundle.getSymbolicName()
                + " "
                + name(service)
                + ")";
    }
}
