package io.armature.control.bundles;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceListener;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Which components of a bundle work, and what the others lack. */
final class ComponentWatch {

    private static final long LOOK_MILLIS = 50;

    private final BundleContext context;
    private final ServiceComponentRuntime runtime;

    ComponentWatch(BundleContext context, ServiceComponentRuntime runtime) {
        this.context = context;
        this.runtime = runtime;
    }

    /** Names of the bundle's components that work at this moment. */
    Set<String> working(Bundle bundle) {
        Set<String> names = new TreeSet<>();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs(bundle)) {
            if (works(description)) {
                names.add(description.name);
            }
        }
        return names;
    }

    private boolean works(ComponentDescriptionDTO description) {
        return runtime.getComponentConfigurationDTOs(description).stream()
                .anyMatch(
                        found ->
                                found.state == ComponentConfigurationDTO.SATISFIED
                                        || found.state == ComponentConfigurationDTO.ACTIVE);
    }

    /**
     * Waits until those components of the bundle work that are expected to and still exist.
     *
     * @return what is missing when time is up, one sentence each
     */
    List<String> await(Bundle bundle, Collection<String> expected, Duration patience)
            throws InterruptedException {
        Semaphore changes = new Semaphore(0);
        ServiceListener listener = event -> changes.release();
        context.addServiceListener(listener);
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (true) {
                List<String> missing = missing(bundle, expected);
                long left = deadline - System.nanoTime();
                if (missing.isEmpty() || left <= 0) {
                    return missing;
                }
                // the runtime's own listener may come after ours: look again a little later, too
                long look = Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
                if (changes.tryAcquire(look, TimeUnit.NANOSECONDS)) {
                    changes.drainPermits();
                }
            }
        } finally {
            context.removeServiceListener(listener);
        }
    }

    private List<String> missing(Bundle bundle, Collection<String> expected) {
        List<String> missing = new ArrayList<>();
        if ((bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) == 0) {
            missing.add("the bundle is " + BundleList.state(bundle));
            return missing;
        }
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs(bundle)) {
            if (expected.contains(description.name) && !works(description)) {
                missing.add(description.name + ": " + reason(description));
            }
        }
        return missing;
    }

    private String reason(ComponentDescriptionDTO description) {
        for (ComponentConfigurationDTO found : runtime.getComponentConfigurationDTOs(description)) {
            if (found.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                return "its activation failed, see the log";
            }
            for (UnsatisfiedReferenceDTO reference : found.unsatisfiedReferences) {
                String target = reference.target == null ? "" : " " + reference.target;
                return "reference '" + reference.name + "'" + target + " is missing";
            }
        }
        return "it has no configuration";
    }
}
