package io.armature.boot.conductor;

import io.armature.boot.api.Phase;
import io.armature.boot.api.PhaseTask;
import java.util.List;

/** What the conductor needs of the OSGi framework. */
public interface Framework {

    /** The start level that is reached. */
    int level();

    /**
     * Asks for a start level and returns at once.
     *
     * @param reached called from any thread once every bundle up to that level was started
     */
    void raise(int level, Runnable reached);

    /** Registers a condition from the system bundle's context; returns when all waiters know. */
    void publish(String condition);

    /** The tasks of a phase that are registered now. Called with no lock held; may take long. */
    List<PhaseTask> tasks(Phase phase);
}
