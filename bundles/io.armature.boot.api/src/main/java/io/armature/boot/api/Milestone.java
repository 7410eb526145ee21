package io.armature.boot.api;

/**
 * Filters for {@code @SatisfyingConditionTarget}: a component names the best one it can wait for,
 * and only that one. Each implies the ones before it; {@link #FAILSAFE} comes without {@link
 * #BOOT_COMPLETE} when the application is dead.
 */
public final class Milestone {

    /** State, clock and service manager are there. */
    public static final String STARTUP = "(osgi.condition.id=armature.startup)";

    /** Spool, message bus and control socket are there. */
    public static final String BOOT_SERVICES = "(osgi.condition.id=armature.boot-services)";

    /** The application has announced that it gives service; once per boot. */
    public static final String BOOT_COMPLETE = "(osgi.condition.id=armature.boot-complete)";

    /** Shell and administration work, perhaps with a dead application. */
    public static final String FAILSAFE = "(osgi.condition.id=armature.failsafe)";

    /** Everything that needs a working application runs. */
    public static final String SYSTEM_SERVICES = "(osgi.condition.id=armature.system-services)";

    private Milestone() {}
}
