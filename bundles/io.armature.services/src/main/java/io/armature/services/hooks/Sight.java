package io.armature.services.hooks;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.FindHook;

/** Which governed services of the framework's registry a bundle sees. Any thread. */
@FunctionalInterface
public interface Sight {

    /** Whether the bundle sees the service. */
    boolean visible(Bundle to, ServiceReference<?> reference);

    /**
     * As a hook leaves it, of whatever version: its classes may have gone with its bundle. What it
     * cannot tell is not visible.
     */
    static Sight of(FindHook hook) {
        return (to, reference) -> {
            BundleContext context = to.getBundleContext();
            if (context == null) {
                return false; // it does not run
            }
            List<ServiceReference<?>> found = new ArrayList<>(List.of(reference));
            try {
                hook.find(context, null, null, true, found);
            } catch (RuntimeException | LinkageError e) {
                return false;
            }
            return !found.isEmpty();
        };
    }
}
