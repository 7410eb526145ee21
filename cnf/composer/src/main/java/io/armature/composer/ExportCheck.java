package io.armature.composer;

import aQute.bnd.header.Parameters;
import java.util.ArrayList;
import java.util.List;

/** Of our own bundles only those of an api, of messages or of a wire export packages. */
final class ExportCheck implements Check {

    @Override
    public List<String> faults(Composition composition) {
        List<String> faults = new ArrayList<>();
        for (ShippedBundle bundle : composition.bundles()) {
            if (bundle.own() && !bundle.api()) {
                for (String name :
                        new Parameters(bundle.header("Export-Package").orElse("")).keySet()) {
                    faults.add(
                            "%s is a provider and exports %s: move it to an api bundle."
                                    .formatted(bundle.name(), name));
                }
            }
        }
        return faults;
    }
}
