package io.armature.reporting.api.client;

/** Whom the records of a queue are about. */
public enum EventType {
    /** The device: records without token. */
    DEVICE,
    /** A user: every record carries the token of the user's session. */
    USER
}
