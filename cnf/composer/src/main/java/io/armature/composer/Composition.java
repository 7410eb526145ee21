package io.armature.composer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.resource.Resource;

/**
 * A profile with everything it needs, ready to be checked and written.
 *
 * @param profile the board
 * @param features in the profile's order
 * @param workspace every feature that there is, also those of other profiles
 * @param bundles by level, within a level in the order of the features
 * @param classPath jars of the launcher
 * @param clientPath jars of the command line
 * @param systems what the framework itself offers, on each processor of the profile
 */
record Composition(
        FirmwareProfile profile,
        List<Feature> features,
        List<Feature> workspace,
        List<ShippedBundle> bundles,
        Map<Coordinates, Path> classPath,
        Map<Coordinates, Path> clientPath,
        List<Resource> systems) {}
