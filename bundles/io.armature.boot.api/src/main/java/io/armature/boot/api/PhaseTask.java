package io.armature.boot.api;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Work that a phase waits for before its milestone is published. Register it with the property
 * {@link #PHASE} from a bundle of that phase's level; it is run once per boot.
 */
@ConsumerType
public interface PhaseTask {

    /** Service property: label of the phase, for example {@code boot-services}. */
    String PHASE = "armature.phase";

    /** A short name for the timeline. */
    String name();

    /**
     * Starts the work; must not block. The phase goes on when the stage completes, also
     * exceptionally: a failed task is logged and shown, it does not hold up the boot.
     */
    CompletionStage<?> run();
}
