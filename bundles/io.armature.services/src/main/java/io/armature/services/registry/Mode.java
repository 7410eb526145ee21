package io.armature.services.registry;

/** Whether policy decides. */
public enum Mode {
    /** What no policy allows is refused. */
    ENFORCING,
    /** For developers: everything is allowed, unknown names come into being. */
    PERMISSIVE
}
