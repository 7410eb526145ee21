package io.armature.boot.conductor;

import io.armature.boot.api.Phase;

/** Told of a boot's edges. Calls come from any thread and should be short. */
public interface BootObserver {

    /** All bundles of the application's level were started. */
    void applicationStarted(long nanos);

    /** Just before a milestone is published: its stamp must be on record before later work. */
    void reaching(Phase phase, long nanos);

    /** A milestone is published; the next phase waits for this call. */
    void reached(Phase phase);

    /** The same, beside the next phase. */
    void recorded(Phase phase);

    /** A phase takes long. */
    void late(Phase phase);

    /** Something changed that is worth showing. */
    void changed();
}
