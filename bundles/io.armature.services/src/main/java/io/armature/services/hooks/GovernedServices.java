package io.armature.services.hooks;

import io.armature.services.api.ServiceNames;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The governed services that are published now, and who uses them. */
public final class GovernedServices {

    private static final String FILTER = "(" + ServiceNames.PROPERTY + "=*)";

    private final BundleContext system;

    /**
     * @param system context of the system bundle, from which nothing is hidden
     */
    public GovernedServices(BundleContext system) {
        this.system = system;
    }

    /** All of them. */
    List<ServiceReference<?>> all() {
        try {
            ServiceReference<?>[] all = system.getAllServiceReferences(null, FILTER);
            return all == null ? List.of() : Arrays.asList(all);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the bundle has got the object and not let it go. */
    static boolean uses(Bundle bundle, ServiceReference<?> service) {
        return users(service).contains(bundle);
    }

    private static List<Bundle> users(ServiceReference<?> service) {
        Bundle[] users = service.getUsingBundles();
        return users == null ? List.of() : Arrays.asList(users);
    }

    /** Which uses would end if bundles saw no more than this: a sentence each, in their order. */
    public List<String> ending(Sight now, Sight next) {
        TreeSet<String> sentences = new TreeSet<>();
        for (ServiceReference<?> service : all()) {
            for (Bundle user : users(service)) {
                if (now.visible(user, service) && !next.visible(user, service)) {
                    sentences.add(
                            "bundle "
                                    + user.getSymbolicName()
                                    + " would no longer use "
                                    + service.getProperty(ServiceNames.PROPERTY));
                }
            }
        }
        return List.copyOf(sentences);
    }
}
