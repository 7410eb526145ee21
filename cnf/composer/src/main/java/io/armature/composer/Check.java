package io.armature.composer;

import java.util.List;

/** One thing that must be true of every composition. */
interface Check {

    /** A sentence for each fault, naming the offender; none if all is well. */
    List<String> faults(Composition composition) throws CompositionException;

    /** Every check, in the order in which faults are best mended. */
    static List<Check> all() {
        return List.of(
                new LevelCheck(),
                new DuplicateCheck(),
                new ClosureCheck(),
                new NeedCheck(),
                new ConditionCheck(),
                new DeclarationCheck(),
                new GrantCheck(),
                new ExportCheck());
    }
}
