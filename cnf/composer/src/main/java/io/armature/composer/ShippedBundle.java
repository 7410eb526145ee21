package io.armature.composer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Version;
import org.osgi.resource.Resource;

/**
 * A bundle as it is shipped.
 *
 * @param coordinates where it came from
 * @param feature the feature that lists it
 * @param level framework start level in this profile
 * @param jar the file
 * @param name symbolic name
 * @param version bundle version, in the form that the framework gives it
 * @param resource its capabilities and requirements
 * @param manifest its manifest
 */
record ShippedBundle(
        Coordinates coordinates,
        String feature,
        int level,
        Path jar,
        String name,
        String version,
        Resource resource,
        Manifest manifest) {

    private static final String COMPONENTS = "Service-Component";

    static ShippedBundle read(FeatureBundle listed, String feature, int level, Path jar)
            throws CompositionException {
        Manifest manifest;
        try (JarFile file = new JarFile(jar.toFile())) {
            manifest = file.getManifest();
        } catch (IOException e) {
            throw new CompositionException(
                    listed.coordinates() + " is not a jar: " + e.getMessage() + ".");
        }
        String name = manifest == null ? null : value(manifest, "Bundle-SymbolicName");
        if (name == null || name.isBlank()) {
            throw new CompositionException(
                    "Feature "
                            + feature
                            + " lists "
                            + listed.coordinates()
                            + ", which is no bundle: it has no Bundle-SymbolicName.");
        }
        String version = Optional.ofNullable(value(manifest, "Bundle-Version")).orElse("0.0.0");
        return new ShippedBundle(
                listed.coordinates(),
                feature,
                level,
                jar,
                name.replaceFirst(";.*", "").trim(),
                Version.parseVersion(version.trim()).toString(),
                Resources.of(manifest),
                manifest);
    }

    private static String value(Manifest manifest, String header) {
        return manifest.getMainAttributes().getValue(header);
    }

    boolean own() {
        return coordinates.own();
    }

    boolean hasComponents() {
        return header(COMPONENTS).isPresent();
    }

    /** Whether it offers interfaces and messages for others to implement and use. */
    boolean api() {
        return name.endsWith(".api") || name.endsWith(".proto") || name.endsWith(".wire");
    }

    Optional<String> header(String header) {
        return Optional.ofNullable(value(manifest, header));
    }

    /** Path within the slot. */
    String slotPath() {
        return "bundles/" + coordinates.fileName();
    }
}
