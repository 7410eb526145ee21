package io.armature.services;

import io.armature.services.hooks.Guard;
import io.armature.services.hooks.StandingGuard;
import io.armature.services.hooks.Visibility;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Puts the guard up as soon as this bundle starts, whatever becomes of the registry: until its
 * policies are known governed services are hidden, or seen by those of the version before. It
 * stands on after this component's end.
 */
@Component(
        service = {},
        immediate = true)
public final class GuardComponent {

    private final BundleContext system;
    private final Guard guard = new Guard();
    private boolean stands;

    /** Stands in front of everything, unless a guard of another version does. */
    @Activate
    public GuardComponent(BundleContext context) {
        system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        if (!StandingGuard.stands(system)) {
            stand();
        }
    }

    private void stand() {
        StandingGuard.stand(system, guard);
        stands = true;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "keep")
    synchronized void follow(Services services) {
        guard.follow(new Visibility(services.mode(), services::policies, services::identity));
        guard.tell(services.hidden());
        if (!stands) {
            stand();
        }
    }

    /** Who has gone has left its policies. */
    void keep(Services gone) {}
}
