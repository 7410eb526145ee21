package io.armature.itest.fault;

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
        return open(directory, mutant, (step, name) -> {}, System.nanoTime());
    }

    static Storage open(Path directory, Mutant mutant, Steps steps, long seed) throws IOException {
        PowerCutStorage.Forcing forcing =
                mutant == Mutant.FORCE_IGNORED
                        ? PowerCutStorage.Forcing.IGNORED
                        : PowerCutStorage.Forcing.HONEST;
        Storage disk = PowerCutStorage.open(directory, steps, forcing, seed);
        return mutant == Mutant.OK_BEFORE_FORCE ? new LateForceStorage(disk) : disk;
    }
}
