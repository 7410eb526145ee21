package io.armature.services;

import io.armature.services.policy.Finding;
import io.armature.services.policy.Loaded;
import java.util.List;

/**
 * What reading the policy files again has come to.
 *
 * @param next what they hold now
 * @param obstacles errors and new conflicts; if there is one, nothing is put in force
 * @param ending what owners, waiting requests and bundles that use a service would lose, or have
 *     lost: a sentence each
 * @param done whether it is in force
 * @param before what was in force when this was prepared; it is in the place of that alone
 */
public record Reload(
        Loaded next, List<Finding> obstacles, List<String> ending, boolean done, Loaded before) {

    /** Copies the lists. */
    public Reload {
        obstacles = List.copyOf(obstacles);
        ending = List.copyOf(ending);
    }
}
