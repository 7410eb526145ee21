package io.armature.composer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Every component of a level waits for the level's condition or a later one, in a descriptor that
 * the component runtime heeds. Third-party components cannot, so a feature names those that may do
 * without, and why.
 */
final class ConditionCheck implements Check {

    private static final int HEEDED_SINCE = 5;

    @Override
    public List<String> faults(Composition composition) throws CompositionException {
        Map<String, String> exceptions = new HashMap<>();
        composition.features().forEach(feature -> exceptions.putAll(feature.conditionExceptions()));
        List<String> faults = new ArrayList<>();
        Set<String> used = new TreeSet<>();
        for (ShippedBundle bundle : composition.bundles()) {
            Level level = Level.of(bundle.level()).orElse(Level.FRAMEWORK);
            if (level.condition().isEmpty() || !bundle.hasComponents()) {
                continue;
            }
            if (!bundle.own() && exceptions.containsKey(bundle.name())) {
                used.add(bundle.name());
                continue;
            }
            for (Descriptor descriptor : descriptors(bundle)) {
                fault(bundle, level, descriptor, faults);
            }
        }
        for (String name : new TreeSet<>(exceptions.keySet())) {
            if (!used.contains(name)) {
                faults.add(
                        "%s is excepted from satisfying conditions, but has no use for that."
                                .formatted(name));
            }
        }
        return faults;
    }

    private static void fault(
            ShippedBundle bundle, Level level, Descriptor descriptor, List<String> faults) {
        String condition = descriptor.condition().orElse("none");
        if (!level.accepts(condition)) {
            faults.add(
                    "Component %s of %s at level %d must wait for %s or a later milestone, its satisfying condition is %s."
                            .formatted(
                                    descriptor.component(),
                                    bundle.name(),
                                    level.number(),
                                    level.condition().orElse(""),
                                    condition));
        } else if (descriptor.dsVersion() < HEEDED_SINCE) {
            faults.add(
                    "Component %s of %s has a descriptor of version 1.%d, in which its satisfying condition is ignored."
                            .formatted(
                                    descriptor.component(), bundle.name(), descriptor.dsVersion()));
        }
    }

    static List<Descriptor> descriptors(ShippedBundle bundle) throws CompositionException {
        List<Descriptor> descriptors = new ArrayList<>();
        try (JarFile jar = new JarFile(bundle.jar().toFile())) {
            for (JarEntry entry : entries(jar, bundle)) {
                descriptors.add(Descriptor.parse(jar.getInputStream(entry)));
            }
        } catch (IOException e) {
            throw new CompositionException(
                    "A component description of %s cannot be read: %s."
                            .formatted(bundle.name(), e.getMessage()));
        }
        return descriptors;
    }

    /** The files that describe the bundle's components, in the order of its manifest. */
    static List<JarEntry> entries(JarFile jar, ShippedBundle bundle) {
        List<JarEntry> entries = new ArrayList<>();
        for (String path : bundle.header("Service-Component").orElse("").split(",")) {
            entries.addAll(entries(jar, path.replaceFirst(";.*", "").trim()));
        }
        return entries;
    }

    private static List<JarEntry> entries(JarFile jar, String path) {
        String pattern = ("\\Q" + path + "\\E").replace("*", "\\E[^/]*\\Q");
        List<JarEntry> found = new ArrayList<>();
        Enumeration<JarEntry> entries = jar.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            if (entry.getName().matches(pattern)) {
                found.add(entry);
            }
        }
        return found;
    }
}
