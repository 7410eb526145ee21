package io.armature.services.api;

/** What names look like, and where they stand. */
public final class ServiceNames {

    /**
     * Service property that names a governed service: its publisher owns it, who looks it up
     * requests it.
     */
    public static final String PROPERTY = "armature.service";

    /** Longest name, characters. */
    public static final int LIMIT = 255;

    private ServiceNames() {}
}
