package io.armature.control.bundles;

import io.armature.control.api.StoppedServices;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/** Bundles that somebody stopped, what went with them, and how each comes back. */
final class StoppedFaults implements FaultSource, StoppedServices {

    private final StoppedBundles stopped;

    StoppedFaults(BundleContext context) {
        this.stopped = new StoppedBundles(context);
    }

    @Override
    public List<Fault> faults() {
        return stopped.names().stream().map(StoppedFaults::fault).toList();
    }

    @Override
    public Optional<String> stoppedOwnerOf(String service) {
        return stopped.ownerOfService(service);
    }

    private static Fault fault(String bundle) {
        return new Fault(
                "control",
                "bundle " + bundle,
                "stopped by hand until 'armature bundle start " + bundle + "' or the next boot");
    }
}
