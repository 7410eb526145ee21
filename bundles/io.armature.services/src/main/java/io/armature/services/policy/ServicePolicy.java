package io.armature.services.policy;

import io.armature.services.api.Identity;
import java.util.List;
import java.util.Optional;

/**
 * Who may own and request one service.
 *
 * @param owner nobody may own it if absent
 * @param requesters each subject once
 */
public record ServicePolicy(Optional<Rule> owner, List<Rule> requesters) {

    /** Nobody may own or request it. */
    public static final ServicePolicy NOBODY = new ServicePolicy(Optional.empty(), List.of());

    /** Copies the list. */
    public ServicePolicy {
        requesters = List.copyOf(requesters);
    }

    /** The rule that lets the caller own the service. */
    public Optional<Rule> owns(Identity caller) {
        // No lambda: this runs at every boot, and linking one takes longer than all it does.
        return owner.isPresent() && owner.get().subject().matches(caller)
                ? owner
                : Optional.empty();
    }

    /** The first rule that lets the caller request the service. */
    public Optional<Rule> requests(Identity caller) {
        for (Rule rule : requesters) {
            if (rule.subject().matches(caller)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }
}
