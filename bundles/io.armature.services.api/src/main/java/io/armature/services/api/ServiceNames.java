package io.armature.services.api;

/** What names look like, and where they stand. */
public final class ServiceNames {

    /**
     * Service property that names a governed service: its publisher owns it, who looks it up
     * requests it.
     */
    public static final String PROPERTY = "armature.service";

    /**
     * Name space of what a bundle's manifest declares of governed services, and the attribute that
     * names one; see {@link OwnsService} and {@link UsesService}.
     */
    public static final String NAMESPACE = "armature.service";

    /**
     * Property of a service without methods that the manager publishes for everybody. Its value
     * changes each time bundles see other services than before; whoever looks services up by code
     * of its own looks again at such an event, for the framework tells nothing of a service that
     * was there all the time.
     */
    public static final String POLICIES = "armature.service.policies";

    /** Longest name, characters. */
    public static final int LIMIT = 255;

    private ServiceNames() {}
}
