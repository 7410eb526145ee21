package io.armature.composer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** No symbolic name is shipped twice, in whatever version, and no policy file. */
final class DuplicateCheck implements Check {

    @Override
    public List<String> faults(Composition composition) {
        List<String> faults = new ArrayList<>();
        Map<String, ShippedBundle> first = new HashMap<>();
        for (ShippedBundle bundle : composition.bundles()) {
            ShippedBundle other = first.putIfAbsent(bundle.name(), bundle);
            if (other != null) {
                faults.add(
                        "%s is shipped twice: feature %s lists %s and feature %s lists %s."
                                .formatted(
                                        bundle.name(),
                                        other.feature(),
                                        other.coordinates(),
                                        bundle.feature(),
                                        bundle.coordinates()));
            }
        }
        faults.addAll(policies(composition));
        return faults;
    }

    private static List<String> policies(Composition composition) {
        List<String> faults = new ArrayList<>();
        Map<Path, Feature> first = new HashMap<>();
        for (Feature feature : composition.features()) {
            List<Path> all = new ArrayList<>(feature.policies());
            all.addAll(feature.busPolicies());
            for (Path policy : all) {
                Feature other = first.putIfAbsent(policy.getFileName(), feature);
                if (other != null) {
                    faults.add(
                            "Policy file %s is in feature %s and in feature %s."
                                    .formatted(policy.getFileName(), other.name(), feature.name()));
                }
            }
        }
        return faults;
    }
}
