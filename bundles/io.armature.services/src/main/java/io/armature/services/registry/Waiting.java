package io.armature.services.registry;

import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;

/**
 * A request that waits for an owner; a link in its service's queue and in the order of deadlines.
 * Belongs to the registry's turn. Ten thousand may wait, so it is its own watcher of the pipe.
 */
final class Waiting implements LocalPipe.Watcher {

    final Identity caller;
    final Pipe receiver;
    private final ServiceRegistry registry;

    /** Monotonic; means something only while {@link #place} does. */
    long deadlineNanos;

    /** Where it stands among the deadlines, -1 if it waits without. */
    int place = -1;

    /** Where it waits, null if it does not. */
    WaitingQueue queue;

    Waiting previous;
    Waiting next;

    Waiting(ServiceRegistry registry, Identity caller, Pipe receiver) {
        this.registry = registry;
        this.caller = caller;
        this.receiver = receiver;
    }

    @Override
    public void ended(Pipe end) {
        registry.requesterGone(this);
    }
}
