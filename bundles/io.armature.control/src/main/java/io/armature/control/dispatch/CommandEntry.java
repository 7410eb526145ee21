package io.armature.control.dispatch;

import io.armature.control.api.Command;
import java.util.Optional;

/** A command that is there at this moment, but may go at any time. */
public interface CommandEntry {

    /**
     * The command itself, until {@link #release()}; its class is loaded now. Empty if it has gone.
     */
    Optional<Command> acquire();

    /** Ends what {@link #acquire()} began. */
    void release();
}
