package io.armature.composer;

import java.util.ArrayList;
import java.util.List;
import org.osgi.resource.Requirement;

/** Whatever a bundle requires, another bundle or the framework offers; services included. */
final class ClosureCheck implements Check {

    @Override
    public List<String> faults(Composition composition) {
        List<String> faults = new ArrayList<>();
        for (ShippedBundle bundle : composition.bundles()) {
            for (Requirement requirement : bundle.resource().getRequirements(null)) {
                if (!Resources.optional(requirement) && !satisfied(requirement, composition)) {
                    faults.add(
                            "Profile %s lacks what %s of feature %s requires: %s."
                                    .formatted(
                                            composition.profile().name(),
                                            bundle.name(),
                                            bundle.feature(),
                                            text(requirement)));
                }
            }
        }
        return faults;
    }

    private static boolean satisfied(Requirement requirement, Composition composition) {
        return composition.systems().stream()
                        .allMatch(system -> Resources.provides(system, requirement))
                || composition.bundles().stream()
                        .anyMatch(bundle -> Resources.provides(bundle.resource(), requirement));
    }

    private static String text(Requirement requirement) {
        return requirement.getNamespace()
                + " "
                + requirement.getDirectives().getOrDefault("filter", "(any)");
    }
}
