package io.armature.control.server;

import io.armature.control.wire.Request;

/** What serves requests; called on a thread of the connection's own. */
@FunctionalInterface
public interface Calls {

    /**
     * Serves one request; must not throw.
     *
     * @param started to be run right before the command itself, once
     */
    Outcome call(Request request, SocketTerminal terminal, Runnable started);
}
