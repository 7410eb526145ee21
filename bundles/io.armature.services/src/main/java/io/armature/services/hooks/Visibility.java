package io.armature.services.hooks;

import io.armature.services.api.Identity;
import io.armature.services.api.ServiceNames;
import io.armature.services.policy.Policies;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.registry.Mode;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * Which service of the framework's registry a bundle may see: all that carry no governed name, its
 * own, and those that policy lets it request from the one that policy lets own them. Any thread.
 */
public final class Visibility implements Sight {

    private final Mode mode;
    private final Supplier<Policies> policies;
    private final Function<Bundle, Identity> identities;

    /**
     * @param policies those in force, asked each time
     */
    public Visibility(
            Mode mode, Supplier<Policies> policies, Function<Bundle, Identity> identities) {
        this.mode = mode;
        this.policies = policies;
        this.identities = identities;
    }

    @Override
    public boolean visible(Bundle to, ServiceReference<?> reference) {
        Object name = reference.getProperty(ServiceNames.PROPERTY);
        if (name == null || to.getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            return true;
        }
        Bundle owner = reference.getBundle();
        if (to.equals(owner) || mode == Mode.PERMISSIVE) {
            return true;
        }
        if (!(name instanceof String) || owner == null) {
            return false;
        }
        Optional<ServicePolicy> policy = policies.get().of((String) name);
        return policy.isPresent()
                && policy.get().owns(identities.apply(owner)).isPresent()
                && policy.get().requests(identities.apply(to)).isPresent();
    }

    /** Why a bundle may not request a service, whoever owns it; empty if it may. */
    public Optional<String> refusal(Bundle to, ServiceReference<?> reference) {
        Object name = reference.getProperty(ServiceNames.PROPERTY);
        if (!(name instanceof String)
                || mode == Mode.PERMISSIVE
                || to.equals(reference.getBundle())) {
            return Optional.empty();
        }
        Identity caller = identities.apply(to);
        Optional<ServicePolicy> policy = policies.get().of((String) name);
        if (policy.isPresent() && policy.get().requests(caller).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("policy does not let " + caller + " request " + name);
    }
}
