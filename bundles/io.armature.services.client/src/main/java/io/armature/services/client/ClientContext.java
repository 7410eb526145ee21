package io.armature.services.client;

import io.armature.services.api.Pipe;
import io.armature.services.wire.Descriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What parts of a client need of it. Loop's thread only, but for {@link #execute}. */
interface ClientContext {

    Timing timing();

    FailureLines failures();

    ClientOptions options();

    /** The connection, if there is one now. */
    Optional<Link> link();

    /** Opens a pipe on which the manager is to speak. */
    ControlPipe.Offer offer(ControlPipe pipe, Link link, ControlPipe.Inbox inbox)
            throws IOException;

    /** A pipe over a descriptor, which belongs to it from now on. */
    Pipe pipe(Descriptor descriptor) throws IOException;

    /** No longer to be begun when the manager comes back. */
    void forget(Standing standing);

    /** Runs on the loop's thread; any thread. */
    void execute(Runnable task);

    /** Runs later on the loop's thread. */
    void after(Duration delay, Runnable task);
}
