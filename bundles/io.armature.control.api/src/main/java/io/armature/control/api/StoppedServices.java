package io.armature.control.api;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which services went with a bundle that somebody stopped, so that nobody waits for them as for an
 * update.
 */
@ProviderType
public interface StoppedServices {

    /**
     * Symbolic name of the bundle that gave the service until it was stopped on purpose, and that
     * is stopped still. Empty in every other case: also while the bundle is replaced, started again
     * or has stopped by itself. True from before the service goes until before the bundle is
     * started.
     *
     * <p>Any thread may call this; it may read a small file.
     *
     * @param service name of the interface that the service is registered under
     */
    Optional<String> stoppedOwnerOf(String service);
}
