package io.armature.itest.fault;

/** Deliberate defects; each must turn the campaign red. */
public enum Mutant {
    /** The real thing. */
    NONE,
    /** Forcing a file does nothing. */
    FORCE_IGNORED,
    /** Forcing a file returns at once and is done before the next write. */
    OK_BEFORE_FORCE,
    /** The uploader's reply is taken for the server's confirmation. */
    DELETE_BEFORE_CONFIRM
}
