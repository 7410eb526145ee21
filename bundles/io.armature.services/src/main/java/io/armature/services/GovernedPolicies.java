package io.armature.services;

import io.armature.services.api.Identity;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.registry.Mode;
import io.armature.services.spi.ServicePolicies;
import java.util.Optional;

/** Explains to other parts of the platform what policy says about bundles. */
final class GovernedPolicies implements ServicePolicies {

    private final Services services;

    /** About the policies in force when asked. */
    GovernedPolicies(Services services) {
        this.services = services;
    }

    @Override
    public boolean mayRequest(String bundle, String name) {
        return services.mode() == Mode.PERMISSIVE || rule(bundle, name).isPresent();
    }

    @Override
    public boolean mayOwn(String bundle, String name) {
        return services.mode() == Mode.PERMISSIVE
                || services.policies()
                        .of(name)
                        .flatMap(policy -> policy.owns(services.identity(bundle)))
                        .isPresent();
    }

    @Override
    public Optional<String> hidden(String bundle, String owner, String name) {
        if (bundle.equals(owner) || mayOwn(owner, name) && mayRequest(bundle, name)) {
            return Optional.empty();
        }
        return Optional.of(
                services.policies().of(name).isEmpty() || mayOwn(owner, name)
                        ? explain(bundle, name)
                        : "no rule lets bundle " + owner + " own " + name);
    }

    @Override
    public String explain(String bundle, String name) {
        if (services.mode() == Mode.PERMISSIVE) {
            return "permissive mode allows everything";
        }
        Optional<ServicePolicy> policy = services.policies().of(name);
        if (policy.isEmpty()) {
            return "no policy file names " + name;
        }
        return rule(bundle, name)
                .map(rule -> rule + " allows it")
                .orElse("no rule lets bundle " + bundle + " request " + name);
    }

    private Optional<Rule> rule(String bundle, String name) {
        Identity caller = services.identity(bundle);
        return services.policies().of(name).flatMap(policy -> policy.requests(caller));
    }
}
