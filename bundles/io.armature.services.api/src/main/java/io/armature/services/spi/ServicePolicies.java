package io.armature.services.spi;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What policy says about bundles; for those who explain why something waits. Any thread. */
@ProviderType
public interface ServicePolicies {

    /** Service name under which policy lets others find this service. */
    String NAME = "ServicePolicies";

    /** Whether the bundle may look up a governed service of that name. */
    boolean mayRequest(String bundle, String name);

    /** Whether the bundle may publish under that name. */
    boolean mayOwn(String bundle, String name);

    /**
     * Why a governed service of the framework's registry is hidden from a bundle, in one sentence
     * without full stop; empty if it is not.
     *
     * @param bundle symbolic name of who looks
     * @param owner symbolic name of who publishes
     */
    Optional<String> hidden(String bundle, String owner, String name);

    /** One sentence: which rule of which file allows it, or that none does. */
    String explain(String bundle, String name);
}
