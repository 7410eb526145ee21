package io.armature.composer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.resource.Capability;
import org.osgi.resource.Requirement;

/**
 * Who owns and who requests which governed service: what the descriptions of components say, and
 * what manifests declare of code ({@code @OwnsService}, {@code @UsesService}).
 *
 * @param owned what bundles publish
 * @param used what bundles look up, but for what they publish themselves
 */
record GovernedNames(List<Mention> owned, List<Mention> used) {

    /** Name space of what manifests declare, and its attribute with the name. */
    static final String NAMESPACE = "armature.service";

    private static final Pattern FILTER = Pattern.compile("\\(armature\\.service=([^()*]+)\\)");

    /**
     * A service that a bundle has to do with.
     *
     * @param how subject and verb of a sentence about it
     */
    record Mention(String bundle, String service, String how) {}

    static GovernedNames of(Composition composition) throws CompositionException {
        GovernedNames names = new GovernedNames(new ArrayList<>(), new ArrayList<>());
        Map<String, Mention> ownerOfType = new HashMap<>();
        for (ShippedBundle bundle : composition.bundles()) {
            for (Descriptor descriptor : ConditionCheck.descriptors(bundle)) {
                if (descriptor.governed().isPresent()) {
                    String how = "Component %s of %s publishes";
                    names.own(
                            new Mention(
                                    bundle.name(),
                                    descriptor.governed().get(),
                                    how.formatted(descriptor.component(), bundle.name())),
                            descriptor.provided(),
                            ownerOfType);
                }
            }
            for (Capability declared : bundle.resource().getCapabilities(NAMESPACE)) {
                names.own(
                        new Mention(
                                bundle.name(),
                                String.valueOf(declared.getAttributes().get(NAMESPACE)),
                                "Code of " + bundle.name() + " publishes"),
                        types(declared),
                        ownerOfType);
            }
        }
        for (ShippedBundle bundle : composition.bundles()) {
            names.uses(bundle, ownerOfType);
        }
        return names;
    }

    private void own(Mention mention, List<String> types, Map<String, Mention> ownerOfType) {
        owned.add(mention);
        types.forEach(type -> ownerOfType.put(type, mention));
    }

    private static List<String> types(Capability declared) {
        Object types = declared.getAttributes().get("objectClass");
        return types instanceof List<?> several
                ? several.stream().map(Object::toString).toList()
                : List.of();
    }

    private void uses(ShippedBundle bundle, Map<String, Mention> ownerOfType)
            throws CompositionException {
        for (Descriptor descriptor : ConditionCheck.descriptors(bundle)) {
            for (String type : descriptor.references()) {
                Mention owner = ownerOfType.get(type);
                if (owner != null && !owner.bundle().equals(bundle.name())) {
                    String how = "Component %s of %s refers to";
                    used.add(
                            new Mention(
                                    bundle.name(),
                                    owner.service(),
                                    how.formatted(descriptor.component(), bundle.name())));
                }
            }
        }
        for (Requirement declared : bundle.resource().getRequirements(NAMESPACE)) {
            Matcher filter =
                    FILTER.matcher(declared.getDirectives().getOrDefault("filter", "(any)"));
            if (!filter.matches()) {
                throw new CompositionException(
                        "%s requires %s with a filter other than (%s=NAME)."
                                .formatted(bundle.name(), NAMESPACE, NAMESPACE));
            }
            String how = "Code of " + bundle.name() + " looks up";
            used.add(new Mention(bundle.name(), filter.group(1), how));
        }
    }
}
