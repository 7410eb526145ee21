package io.armature.services.api;

import org.osgi.annotation.versioning.ConsumerType;

/** An owner's side of a service. */
@ConsumerType
@FunctionalInterface
public interface ServiceProvider {

    /**
     * A requester's pipe. To refuse it, close it with a code of {@link ErrorCode}. An exception
     * closes it with {@link ErrorCode#UNKNOWN}. Called by one thread at a time; must not block.
     *
     * @param client who asks, as the framework or the kernel knows it
     * @param pipe the owner's end; what the requester has sent already waits in it
     */
    void request(Identity client, Pipe pipe);
}
