package io.armature.services;

import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.spi.StandIn;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Keeps stand-ins up to date: those of the version before are taken over, and all follow the
 * policies. Wiring only.
 */
@Component(
        service = {},
        immediate = true)
public final class StandInComponent {

    private final Services services;
    private final Subscription changes;

    /** Takes over what there is. */
    @Activate
    public StandInComponent(BundleContext context, @Reference Services services) {
        this.services = services;
        changes = services.onChange((before, now) -> changed());
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

    /** On a thread of its own: owners take their time to start. */
    private void changed() {
        Thread thread = new Thread(services::renewStandIns, "services-stand-ins");
        thread.setDaemon(true);
        thread.start();
    }

    @Deactivate
    void stop() {
        changes.close();
    }
}
