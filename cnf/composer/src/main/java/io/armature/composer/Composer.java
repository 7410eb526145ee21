package io.armature.composer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.resource.Resource;

/** Composes profiles from features: resolves, checks, and tells all that is wrong at once. */
final class Composer {

    private static final String FRAMEWORK = "org.apache.felix.framework";

    private final Map<String, Feature> features;
    private final Artifacts artifacts;

    Composer(Map<String, Feature> features, Artifacts artifacts) {
        this.features = Map.copyOf(features);
        this.artifacts = artifacts;
    }

    /** The composition of a profile that passed every check. */
    Composition compose(FirmwareProfile profile) throws CompositionException {
        Composition composition = assemble(profile);
        List<String> faults = new ArrayList<>();
        for (Check check : Check.all()) {
            faults.addAll(check.faults(composition));
        }
        if (!faults.isEmpty()) {
            throw new CompositionException(faults);
        }
        return composition;
    }

    private Composition assemble(FirmwareProfile profile) throws CompositionException {
        List<Feature> chosen = new ArrayList<>();
        Map<Coordinates, Path> classPath = new LinkedHashMap<>();
        Map<Coordinates, Path> clientPath = new LinkedHashMap<>();
        Map<String, String> properties = new HashMap<>();
        List<ShippedBundle> bundles = new ArrayList<>();
        for (String name : profile.features()) {
            Feature feature = features.get(name);
            if (feature == null || chosen.contains(feature)) {
                throw new CompositionException(
                        "Profile %s names the feature %s, which %s."
                                .formatted(
                                        profile.name(),
                                        name,
                                        feature == null ? "does not exist" : "it named before"));
            }
            chosen.add(feature);
            properties.putAll(feature.frameworkProperties());
            resolve(feature.classPath(), classPath);
            resolve(feature.clientPath(), clientPath);
            for (FeatureBundle listed : feature.bundles()) {
                bundles.add(read(listed, feature, profile));
            }
        }
        bundles.sort(Comparator.comparingInt(ShippedBundle::level));
        return new Composition(
                profile,
                List.copyOf(chosen),
                List.copyOf(features.values()),
                List.copyOf(bundles),
                classPath,
                clientPath,
                systems(profile, framework(profile, classPath), properties));
    }

    private static List<Resource> systems(
            FirmwareProfile profile, Manifest framework, Map<String, String> properties) {
        return profile.architecture().processors().stream()
                .map(processor -> Resources.system(framework, properties, processor))
                .toList();
    }

    /** The bundle as listed, but the application at its own level. */
    private ShippedBundle read(FeatureBundle listed, Feature feature, FirmwareProfile profile)
            throws CompositionException {
        Path jar = artifacts.resolve(listed.coordinates());
        ShippedBundle bundle = ShippedBundle.read(listed, feature.name(), listed.level(), jar);
        Optional<String> application = profile.applicationBundle();
        return application.isPresent() && application.get().equals(bundle.name())
                ? ShippedBundle.read(listed, feature.name(), Level.APPLICATION.number(), jar)
                : bundle;
    }

    private void resolve(List<Coordinates> listed, Map<Coordinates, Path> found)
            throws CompositionException {
        for (Coordinates coordinates : listed) {
            found.put(coordinates, artifacts.resolve(coordinates));
        }
    }

    private static Manifest framework(FirmwareProfile profile, Map<Coordinates, Path> classPath)
            throws CompositionException {
        for (Map.Entry<Coordinates, Path> jar : classPath.entrySet()) {
            if (jar.getKey().artifact().equals(FRAMEWORK)) {
                try (JarFile file = new JarFile(jar.getValue().toFile())) {
                    return file.getManifest();
                } catch (IOException e) {
                    throw new CompositionException(
                            "%s cannot be read: %s.".formatted(jar.getKey(), e.getMessage()));
                }
            }
        }
        throw new CompositionException(
                "Profile %s has no framework on its launcher's class path."
                        .formatted(profile.name()));
    }
}
