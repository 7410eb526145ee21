package io.armature.services.registry;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.Identity;
import io.armature.services.api.Pipe;

/**
 * A request that waits for an owner; a link in its service's queue. Belongs to the registry's turn.
 */
final class Waiting {

    final Identity caller;
    final Pipe receiver;
    final long sinceNanos;
    DeviceClock.Timer timer;
    Waiting previous;
    Waiting next;
    boolean queued;

    Waiting(Identity caller, Pipe receiver, long sinceNanos) {
        this.caller = caller;
        this.receiver = receiver;
        this.sinceNanos = sinceNanos;
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
