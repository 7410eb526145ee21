package io.armature.composer;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the service manager is shipped, a component that publishes under a governed name may own
 * it, and one that refers to such a service may request it: else the reference would never come.
 */
final class GrantCheck implements Check {

    private static final String MANAGER = "io.armature.services";

    /** A governed service as a descriptor publishes it. */
    private record Governed(String name, String owner) {}

    /** A bundle and a service that it is granted. */
    private record Grant(String bundle, String service) {}

    @Override
    public List<String> faults(Composition composition) throws CompositionException {
        if (composition.bundles().stream().noneMatch(bundle -> bundle.name().equals(MANAGER))) {
            return List.of();
        }
        Set<Grant> owners = new HashSet<>();
        Set<Grant> requesters = new HashSet<>();
        for (Feature feature : composition.features()) {
            for (Path policy : feature.policies()) {
                read(policy, owners, requesters);
            }
        }
        List<String> faults = new ArrayList<>();
        Map<String, Governed> governed = governed(composition, owners, faults);
        for (ShippedBundle bundle : composition.bundles()) {
            for (Descriptor descriptor : ConditionCheck.descriptors(bundle)) {
                references(bundle, descriptor, governed, requesters, faults);
            }
        }
        return faults;
    }

    private static Map<String, Governed> governed(
            Composition composition, Set<Grant> owners, List<String> faults)
            throws CompositionException {
        Map<String, Governed> governed = new HashMap<>();
        for (ShippedBundle bundle : composition.bundles()) {
            for (Descriptor descriptor : ConditionCheck.descriptors(bundle)) {
                if (descriptor.governed().isEmpty()) {
                    continue;
                }
                String name = descriptor.governed().get();
                descriptor
                        .provided()
                        .forEach(type -> governed.put(type, new Governed(name, bundle.name())));
                if (!owners.contains(new Grant(bundle.name(), name))) {
                    faults.add(
                            "Component %s of %s publishes %s, which no policy file lets %s own."
                                    .formatted(
                                            descriptor.component(),
                                            bundle.name(),
                                            name,
                                            bundle.name()));
                }
            }
        }
        return governed;
    }

    private static void references(
            ShippedBundle bundle,
            Descriptor descriptor,
            Map<String, Governed> governed,
            Set<Grant> requesters,
            List<String> faults) {
        for (String type : descriptor.references()) {
            Governed service = governed.get(type);
            if (service != null
                    && !service.owner().equals(bundle.name())
                    && !requesters.contains(new Grant(bundle.name(), service.name()))) {
                faults.add(
                        "Component %s of %s refers to %s, which no policy file lets %s request."
                                .formatted(
                                        descriptor.component(),
                                        bundle.name(),
                                        service.name(),
                                        bundle.name()));
            }
        }
    }

    private static void read(Path policy, Set<Grant> owners, Set<Grant> requesters)
            throws CompositionException {
        ObjectMapper mapper =
                JsonMapper.builder()
                        .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                        .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                        .build();
        try {
            for (JsonNode rule : mapper.readTree(Files.readString(policy))) {
                String bundle = rule.path("bundle").asText();
                rule.path("own").forEach(name -> owners.add(new Grant(bundle, name.asText())));
                rule.path("request")
                        .forEach(name -> requesters.add(new Grant(bundle, name.asText())));
            }
        } catch (IOException e) {
            throw new CompositionException(
                    "Policy file %s cannot be read: %s."
                            .formatted(policy.getFileName(), e.getMessage()));
        }
    }
}
