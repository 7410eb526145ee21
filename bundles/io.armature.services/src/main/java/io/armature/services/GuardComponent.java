package io.armature.services;

import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.hooks.Guard;
import io.armature.services.hooks.Sight;
import io.armature.services.hooks.SightChanges;
import io.armature.services.hooks.StandingGuard;
import io.armature.services.policy.Policies;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Puts the guard up as soon as this bundle starts, whatever becomes of the registry: until its
 * policies are known governed services are hidden, or seen by those of the version before. It
 * stands on after this component's end.
 */
@Component(service = GuardComponent.class, immediate = true)
public final class GuardComponent {

    private final BundleContext context;
    private final BundleContext system;
    private final Guard guard = new Guard();
    private final SightChanges changes = new SightChanges();
    private boolean stands;

    /** Stands in front of everything, unless a guard of another version does. */
    @Activate
    public GuardComponent(BundleContext context) {
        this.context = context;
        system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        if (!StandingGuard.stands(system)) {
            stand();
        }
    }

    private void stand() {
        StandingGuard.stand(system, guard);
        stands = true;
    }

    /** Has the policies of a registry decide, also when that has gone, until another comes. */
    synchronized void follow(Services services) {
        Optional<Sight> before = before();
        Sight now = services.sight();
        guard.follow(now);
        guard.tell(services.hidden());
        if (!stands) {
            stand();
        }
        if (before.isPresent()) {
            changes.changed(before.get(), now);
        }
        services.onChange(new Passing(services, changes));
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private record Passing(Services services, SightChanges changes)
            implements BiConsumer<Policies, Policies> {
        @Override
        public void accept(Policies before, Policies now) {
            changes.changed(services.sight(before), services.sight(now));
        }
    }

    /** Empty in a boot: there is nobody yet who could gain or lose. */
    private Optional<Sight> before() {
        if (!stands) {
            return StandingGuard.sight(system);
        }
        Bundle bundle = context.getBundle();
        boolean late =
                system.getBundle().adapt(FrameworkStartLevel.class).getStartLevel()
                        > bundle.adapt(BundleStartLevel.class).getStartLevel();
        return late ? Optional.of(guard.sight()) : Optional.empty();
    }

    /** As {@link SightChanges#to}. */
    Subscription onChange(BiConsumer<Sight, Sight> listener) {
        return changes.to(listener);
    }
}
