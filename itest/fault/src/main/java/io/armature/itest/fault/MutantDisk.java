package io.armature.itest.fault;

import io.armature.itest.fault.PowerCutStorage.Forcing;
import io.armature.reporting.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;

/** The modelled disk with the defect of a mutant, if it is one of the disk. */
public final class MutantDisk {

    private MutantDisk() {}

    /**
     * The disk of an appliance: honest but for the mutant, and nothing fails by itself.
     *
     * @param directory where the platter is; made if absent
     */
    public static Storage open(Path directory, Mutant mutant) throws IOException {
        return open(directory, mutant, Forcing.PUNCTUAL, (step, name) -> {}, System.nanoTime());
    }

    /** The disk of a campaign: some of what is written gets to the platter early. */
    static Storage open(Path directory, Mutant mutant, Steps steps, long seed) throws IOException {
        return open(directory, mutant, Forcing.HONEST, steps, seed);
    }

    private static Storage open(
            Path directory, Mutant mutant, Forcing honest, Steps steps, long seed)
            throws IOException {
        Forcing forcing =
                switch (mutant) {
                    case FORCE_IGNORED -> Forcing.IGNORED;
                    case DIRECTORY_FORCE_IGNORED -> Forcing.IGNORED_FOR_NAMES;
                    default -> honest;
                };
        Storage disk = PowerCutStorage.open(directory, steps, forcing, seed);
        return switch (mutant) {
            case OK_BEFORE_FORCE -> new LateForceStorage(disk);
            case FAILED_FORCE_RETRIED -> new StubbornForceStorage(disk);
            default -> disk;
        };
    }
}
