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

    /** Longest name, characters. */
    public static final int LIMIT = 255;

    private ServiceNames() {}
}
