package io.armature.services.spi;

import org.osgi.annotation.versioning.ProviderType;

/** What policy says about bundles; for those who explain why something waits. Any thread. */
@ProviderType
public interface ServicePolicies {

    /** Service name under which policy lets others find this service. */
    String NAME = "ServicePolicies";

    /** Whether the bundle may look up a governed service of that name. */
    boolean mayRequest(String bundle, String name);

    /** One sentence: which rule of which file allows it, or that none does. */
    String explain(String bundle, String name);
}
