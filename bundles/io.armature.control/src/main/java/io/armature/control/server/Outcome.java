package io.armature.control.server;

import io.armature.control.wire.Request;

/** How a call ended. */
public sealed interface Outcome {

    /** With an exit code. */
    record Exit(int code) implements Outcome {}

    /** The rest is answered by a new connection that sends this request. */
    record Continue(Request request) implements Outcome {}

    /** It never began, because the socket is being taken away. */
    record NotStarted() implements Outcome {}
}
