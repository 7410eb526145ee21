package io.armature.composer;

import java.nio.file.Path;

/** Where artifacts come from: this build's modules, else the local repository. */
interface Artifacts {

    /**
     * Finds the jar of an artifact.
     *
     * @throws CompositionException if there is none
     */
    Path resolve(Coordinates coordinates) throws CompositionException;
}
