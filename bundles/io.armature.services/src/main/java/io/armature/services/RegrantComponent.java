package io.armature.services;

import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.hooks.Regrants;
import io.armature.services.hooks.Visibility;
import io.armature.services.policy.Policies;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Lets other policies take effect on components that run; wiring only. */
@Component(
        service = {},
        immediate = true)
public final class RegrantComponent {

    private final Services services;
    private final Regrants regrants;
    private final Subscription changes;

    /** Heeds every change of policies. */
    @Activate
    public RegrantComponent(
            BundleContext context,
            @Reference Services services,
            @Reference ServiceComponentRuntime components) {
        this.services = services;
        BundleContext system =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        regrants = new Regrants(system, components);
        changes = services.onChange(this::changed);
    }

    /** On a thread of its own: components take their time to end. */
    private void changed(Policies before, Policies now) {
        Thread thread =
                new Thread(
                        () -> regrants.apply(visibility(before), visibility(now)),
                        "services-regrants");
        thread.setDaemon(true);
        thread.start();
    }

    private Visibility visibility(Policies policies) {
        return new Visibility(services.mode(), () -> policies, services::identity);
    }

    @Deactivate
    void stop() {
        changes.close();
    }
}
