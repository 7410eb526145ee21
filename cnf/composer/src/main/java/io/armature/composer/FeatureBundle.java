package io.armature.composer;

/**
 * A bundle as a feature lists it.
 *
 * @param coordinates what to ship
 * @param level framework start level
 */
record FeatureBundle(Coordinates coordinates, int level) {}
