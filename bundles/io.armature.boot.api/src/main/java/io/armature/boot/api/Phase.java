package io.armature.boot.api;

import java.util.Optional;

/** The phases of a boot in order, with the framework start level that holds each one's bundles. */
public enum Phase {
    FRAMEWORK(1, "framework", null),
    STARTUP(10, "startup", "armature.startup"),
    BOOT_SERVICES(20, "boot-services", "armature.boot-services"),
    APPLICATION(25, "application", "armature.boot-complete"),
    FAILSAFE(30, "failsafe", "armature.failsafe"),
    SYSTEM_SERVICES(40, "system-services", "armature.system-services");

    private final int level;
    private final String label;
    private final String milestone;

    Phase(int level, String label, String milestone) {
        this.level = level;
        this.label = label;
        this.milestone = milestone;
    }

    /** The framework start level. */
    public int level() {
        return level;
    }

    /** The name that users see, for example {@code boot-services}. */
    public String label() {
        return label;
    }

    /**
     * The {@code osgi.condition.id} that is published when the phase is done; none for {@link
     * #FRAMEWORK}.
     */
    public Optional<String> milestone() {
        return Optional.ofNullable(milestone);
    }
}
