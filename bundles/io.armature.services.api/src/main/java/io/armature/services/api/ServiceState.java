package io.armature.services.api;

import java.util.Objects;

/** What a query tells about a service that policy knows. */
public sealed interface ServiceState {

    /**
     * Somebody owns the service.
     *
     * @param owner who
     */
    record Registered(Identity owner) implements ServiceState {
        /** Rejects a missing owner. */
        public Registered {
            Objects.requireNonNull(owner, "owner");
        }
    }

    /** Nobody owns the service now. */
    record Unregistered() implements ServiceState {}
}
