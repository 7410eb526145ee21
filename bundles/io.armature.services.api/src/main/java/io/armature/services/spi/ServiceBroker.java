package io.armature.services.spi;

import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceException;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.api.ServiceObserver;
import io.armature.services.api.ServiceProvider;
import io.armature.services.api.ServiceState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The service manager for callers whose identity an adapter vouches for. Semantics of {@link
 * io.armature.services.api.ServiceManager}; any thread, none blocks.
 */
@ProviderType
public interface ServiceBroker {

    /** Service name under which policy lets adapters find this service. */
    String NAME = "ServiceBroker";

    /** Registers for a caller. */
    Registration register(Identity caller, String name, ServiceProvider provider);

    /**
     * Requests for a caller, with a pipe of the adapter's.
     *
     * @param timeout absent: no limit
     * @param receiver the end that the owner gets; closed with the reason where the request fails.
     *     While it waits, {@link Pipe#closed()} tells that the requester has gone
     */
    void request(Identity caller, String name, Optional<Duration> timeout, Pipe receiver);

    /** Queries for a caller; fails with {@link ServiceException}. */
    CompletionStage<ServiceState> query(Identity caller, String name);

    /** Observes for a caller. */
    Subscription observe(Identity caller, ServiceObserver observer);

    /** Whether a policy in force names a security label: then a peer without one is refused. */
    boolean labelsMatter();
}
