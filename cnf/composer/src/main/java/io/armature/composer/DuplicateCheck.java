package io.armature.composer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** No symbolic name is shipped twice, in whatever version. */
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
        return faults;
    }
}
