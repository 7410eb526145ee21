package io.armature.services;

import io.armature.services.spi.StandIn;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Keeps stand-ins up to date: those of the version before are taken over, and all follow the
 * policies.
 */
final class StandIns {

    private final Services services;

    /** Takes over what there is. */
    StandIns(BundleContext context, Services services) {
        this.services = services;
        takeOver(context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext());
    }

    private void takeOver(BundleContext system) {
        for (ServiceReference<?> reference : standIns(system)) {
            Bundle user = reference.getBundle();
            if (user == null || !(system.getService(reference) instanceof StandIn<?> standIn)) {
                continue;
            }
            try {
                services.caller(user).takeOver(standIn);
            } catch (IllegalStateException e) {
                // its user stops just now
            } finally {
                system.ungetService(reference);
            }
        }
    }

    private static ServiceReference<?>[] standIns(BundleContext system) {
        try {
            ServiceReference<?>[] all =
                    system.getAllServiceReferences(StandIn.class.getName(), null);
            return all == null ? new ServiceReference<?>[0] : all;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Other services may be visible now; blocks as long as owners take to start. */
    void renew() {
        services.renewStandIns();
    }
}
