package io.armature.services.policy;

import java.util.Map;
import java.util.Optional;

/**
 * The policies in force, by service name; immutable.
 *
 * @param services each service that any file names
 */
public record Policies(Map<String, ServicePolicy> services) {

    /** No service is named. */
    public static final Policies NONE = new Policies(Map.of());

    /** Copies the map. */
    public Policies {
        services = Map.copyOf(services);
    }

    /** The policy of a service, if any file names it. */
    public Optional<ServicePolicy> of(String service) {
        return Optional.ofNullable(services.get(service));
    }

    /**
     * Whether a rule is about security labels. Those of guests are none that a process could lack:
     * they name who comes over another way.
     */
    public boolean nameLabels() {
        return services.values().stream()
                .anyMatch(
                        policy ->
                                policy.owner().filter(Policies::isLabel).isPresent()
                                        || policy.requesters().stream()
                                                .anyMatch(Policies::isLabel));
    }

    private static boolean isLabel(Rule rule) {
        return rule.subject() instanceof Subject.Label label && !label.context().startsWith("vm:");
    }
}
