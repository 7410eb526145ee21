package io.armature.services.sticky;

import java.util.Optional;
import org.osgi.framework.ServiceReference;

/** Why policy keeps a service from the bundle that stand-ins are for. Any thread. */
@FunctionalInterface
public interface Refusals {

    /**
     * Why the bundle may not request that service, whoever owns it; empty if it may, or if policy
     * does not govern the service.
     */
    Optional<String> refusal(ServiceReference<?> service);
}
