package io.armature.boot.conductor;

import io.armature.boot.api.Phase;

/** Told of a boot's edges. Calls come from any thread and should be short. */
public interface BootObserver {

    /** All bundles of the application's level were started. */
    void applicationStarted(long nanos);

    /** Just before a milestone is published: its stamp must be on record before later work. */
    void reaching(Phase phase, long nanos);

    /** After a milestone was published and everybody was told. */
    void reached(Phase phase);

    /** A phase takes long. */
    void late(Phase phase);

    /** Something changed that is worth showing. */
    void changed();
}
