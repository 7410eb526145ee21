package io.armature.services.hooks;

import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceNames;
import io.armature.services.api.ServiceProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * A service object that carries a governed name, as the registry's owner. Its object is got when
 * the first pipe is requested of it, and no earlier, so that delayed components stay delayed.
 */
final class Published implements ServiceProvider {

    private final BundleContext user;
    private final ServiceReference<?> reference;
    private final Bundle owner;

    // Belong to the whiteboard's turn.
    Optional<String> name;
    boolean refused;

    // One request at a time.
    private ServiceProvider provider;

    /**
     * @param user context of the bundle that gets the object
     */
    Published(BundleContext user, ServiceReference<?> reference, Bundle owner) {
        this.user = user;
        this.reference = reference;
        this.owner = owner;
        this.name = name(reference);
    }

    /** The governed name, unless it is none that could be registered. */
    static Optional<String> name(ServiceReference<?> reference) {
        return reference.getProperty(ServiceNames.PROPERTY) instanceof String name
                        && !name.isEmpty()
                        && name.length() <= ServiceNames.LIMIT
                ? Optional.of(name)
                : Optional.empty();
    }

    Bundle owner() {
        return owner;
    }

    /** Whether the framework, too, would prefer it to the other, as they are ranked now. */
    boolean preferredTo(Published other) {
        return reference.compareTo(other.reference) > 0;
    }

    @Override
    public void request(Identity client, Pipe pipe) {
        if (!takesPipes()) {
            pipe.close(
                    CloseReason.of(
                            ErrorCode.UNKNOWN,
                            "the owner publishes an object for bundles and takes no pipes"));
            return;
        }
        if (provider == null) {
            provider = (ServiceProvider) user.getService(reference);
        }
        if (provider == null) {
            pipe.close(CloseReason.NONE); // it has gone, or could not be made
            return;
        }
        provider.request(client, pipe);
    }

    private boolean takesPipes() {
        List<String> types = Arrays.asList((String[]) reference.getProperty(Constants.OBJECTCLASS));
        return types.contains(ServiceProvider.class.getName());
    }

    @Override
    public String toString() {
        return "service "
                + reference.getProperty(ServiceNames.PROPERTY)
                + " of bundle "
                + owner.getSymbolicName();
    }
}
