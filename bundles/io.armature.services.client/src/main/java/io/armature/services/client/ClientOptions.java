package io.armature.services.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How a client connects.
 *
 * @param socket path of the manager's socket, usually {@code run/mojo/service_manager.sock} below
 *     the device's root; of any length
 * @param pipes how pipes travel
 * @param connectLimit how long a connection is tried, each 100 ms: the first, and each time after
 *     the manager has gone
 * @param ownerLimit how long a registration is tried again, with growing pauses, while somebody
 *     else owns the service; zero: not at all
 */
public record ClientOptions(Path socket, Pipes pipes, Duration connectLimit, Duration ownerLimit) {

    private static final Duration USUAL_LIMIT = Duration.ofSeconds(120);

    /** Rejects negative limits. */
    public ClientOptions {
        Objects.requireNonNull(socket, "socket");
        Objects.requireNonNull(pipes, "pipes");
        if (connectLimit.isNegative() || ownerLimit.isNegative()) {
            throw new IllegalArgumentException(
                    "limits must be >= 0, were " + connectLimit + " and " + ownerLimit);
        }
    }

    /** Descriptors; both limits 120 s. */
    public static ClientOptions of(Path socket) {
        return new ClientOptions(socket, Pipes.DESCRIPTORS, USUAL_LIMIT, USUAL_LIMIT);
    }

    /** The same with other pipes. */
    public ClientOptions withPipes(Pipes other) {
        return new ClientOptions(socket, other, connectLimit, ownerLimit);
    }

    /** The same with another limit for connecting. */
    public ClientOptions withConnectLimit(Duration limit) {
        return new ClientOptions(socket, pipes, limit, ownerLimit);
    }

    /** The same with another limit for registering. */
    public ClientOptions withOwnerLimit(Duration limit) {
        return new ClientOptions(socket, pipes, connectLimit, limit);
    }
}
