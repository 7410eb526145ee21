package io.armature.reporting;

import io.armature.reporting.queue.QueueKind;
import java.util.Set;

/**
 * Switches of the spool that count from the moment they are set (section 7.9 of the specification).
 * Compression and encryption are {@link io.armature.reporting.seal.SealSettings}.
 *
 * @param singleGeneration priorities with one queue for ever
 * @param blockDestinations whether the list of blocked destinations counts
 * @param controlledDegradation whether a full disk pool sheds the least important records
 */
public record SpoolFlags(
        Set<QueueKind> singleGeneration, boolean blockDestinations, boolean controlledDegradation) {

    public SpoolFlags {
        singleGeneration = Set.copyOf(singleGeneration);
    }

    /** The specification's values. */
    public static SpoolFlags standard() {
        return new SpoolFlags(Set.of(), false, true);
    }
}
