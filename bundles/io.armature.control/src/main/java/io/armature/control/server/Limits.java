package io.armature.control.server;

import java.time.Duration;

/**
 * Bounds of the control socket.
 *
 * @param connections clients at once, commands that still run for a client who has gone included
 * @param request longest time until a client's request is complete
 * @param stall how long a client may leave its output unread before it may be dropped for another
 * @param goneGrace how long a command may go on after its client has gone before it is interrupted
 */
public record Limits(int connections, Duration request, Duration stall, Duration goneGrace) {

    public Limits {
        if (connections < 1) {
            throw new IllegalArgumentException("connections must be >= 1, was " + connections);
        }
    }
}
