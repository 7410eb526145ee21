package io.armature.services.client;

/** How a client's pipes travel. */
public enum Pipes {
    /** As descriptors: traffic by-passes the manager, and pipes outlive the connection. */
    DESCRIPTORS,
    /** As channels that the manager relays, for where descriptors cannot be passed on. */
    CHANNELS
}
