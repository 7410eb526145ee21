package io.armature.services.client;

import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceNames;

/** Bounds of arguments. */
final class Limits {

    /** Longest message on a channel: with its envelope it fits a frame of the connection. */
    static final int CHANNEL_MESSAGE_BYTES = Pipe.MESSAGE_LIMIT_BYTES - 32;

    private Limits() {}

    static void check(byte[] message) {
        check(message, Pipe.MESSAGE_LIMIT_BYTES);
    }

    static void check(byte[] message, int limit) {
        if (message.length > limit) {
            throw new IllegalArgumentException(
                    "message must have at most " + limit + " bytes, had " + message.length);
        }
    }

    static void check(String name) {
        if (name.isEmpty() || name.length() > ServiceNames.LIMIT) {
            throw new IllegalArgumentException(
                    "name must have 1 to "
                            + ServiceNames.LIMIT
                            + " characters, had "
                            + name.length());
        }
    }
}
