package io.armature.composer;

import java.util.ArrayList;
import java.util.List;

/** Bundles start at a level of the table, the application at its own. */
final class LevelCheck implements Check {

    @Override
    public List<String> faults(Composition composition) {
        List<String> faults = new ArrayList<>();
        for (ShippedBundle bundle : composition.bundles()) {
            if (Level.of(bundle.level()).isEmpty()) {
                faults.add(
                        "Feature %s puts %s on start level %d, which is none of %s."
                                .formatted(
                                        bundle.feature(),
                                        bundle.name(),
                                        bundle.level(),
                                        Level.numbers()));
            }
        }
        composition
                .profile()
                .applicationBundle()
                .filter(name -> composition.bundles().stream().noneMatch(named(name)))
                .ifPresent(
                        name ->
                                faults.add(
                                        "Profile %s names the application %s, which none of its features lists."
                                                .formatted(composition.profile().name(), name)));
        return faults;
    }

    private static java.util.function.Predicate<ShippedBundle> named(String name) {
        return bundle -> bundle.name().equals(name);
    }
}
