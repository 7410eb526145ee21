package io.armature.composer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.resource.Requirement;

/**
 * Nothing is shipped that nobody needs: every bundle is wanted, over any number of steps, by one of
 * our own that has components, or by one that a feature wants for itself. A feature with such a
 * bundle lists, besides, only what its own need; a feature of libraries alone is judged by the
 * whole profile.
 */
final class NeedCheck implements Check {

    @Override
    public List<String> faults(Composition composition) {
        List<String> faults = new ArrayList<>();
        Set<String> wanted = new TreeSet<>();
        composition.features().forEach(feature -> wanted.addAll(feature.wanted().keySet()));
        Set<ShippedBundle> needed =
                needed(roots(composition.bundles(), wanted), composition.bundles());
        for (ShippedBundle bundle : composition.bundles()) {
            if (!needed.contains(bundle)) {
                faults.add(
                        "Nothing in profile %s needs %s, which feature %s lists."
                                .formatted(
                                        composition.profile().name(),
                                        bundle.name(),
                                        bundle.feature()));
            }
        }
        for (Feature feature : composition.features()) {
            faults.addAll(foreign(feature, composition, needed));
        }
        return faults;
    }

    private static List<String> foreign(
            Feature feature, Composition composition, Set<ShippedBundle> neededAnywhere) {
        List<ShippedBundle> listed = new ArrayList<>(composition.bundles());
        listed.removeIf(bundle -> !bundle.feature().equals(feature.name()));
        List<ShippedBundle> roots = roots(listed, feature.wanted().keySet());
        List<String> faults = new ArrayList<>();
        if (!roots.isEmpty()) {
            Set<ShippedBundle> needed = needed(roots, composition.bundles());
            for (ShippedBundle bundle : listed) {
                if (!needed.contains(bundle) && neededAnywhere.contains(bundle)) {
                    faults.add(
                            "Feature %s lists %s, which its own bundles do not need."
                                    .formatted(feature.name(), bundle.name()));
                }
            }
        }
        return faults;
    }

    private static List<ShippedBundle> roots(
            Collection<ShippedBundle> bundles, Set<String> wanted) {
        return bundles.stream()
                .filter(
                        bundle ->
                                bundle.own() && bundle.hasComponents()
                                        || wanted.contains(bundle.name()))
                .toList();
    }

    private static Set<ShippedBundle> needed(
            List<ShippedBundle> roots, List<ShippedBundle> bundles) {
        Set<ShippedBundle> needed = new LinkedHashSet<>(roots);
        Deque<ShippedBundle> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            for (Requirement requirement : open.pop().resource().getRequirements(null)) {
                for (ShippedBundle bundle : bundles) {
                    if (Resources.provides(bundle.resource(), requirement) && needed.add(bundle)) {
                        open.add(bundle);
                    }
                }
            }
        }
        return needed;
    }
}
