package io.armature.itest.fault;

/** Deliberate defects; each must turn the campaign red. */
public enum Mutant {
    /** The real thing. */
    NONE,
    /** Forcing a file does nothing. */
    FORCE_IGNORED,
    /** Forcing a directory does nothing. */
    DIRECTORY_FORCE_IGNORED,
    /** Forcing a file returns at once and is done before the next write. */
    OK_BEFORE_FORCE,
    /** The server confirms what it has not stored yet. */
    CONFIRM_BEFORE_STORAGE,
    /** The uploader's reply is taken for the server's confirmation. */
    DELETE_BEFORE_CONFIRM,
    /** A force that fails is tried again, and its success believed. */
    FAILED_FORCE_RETRIED,
    /** A frame without a payload is one, so that zeros are frames. */
    ZERO_SIZE_FRAME_ACCEPTED
}
