package io.armature.services.client;

import io.armature.services.api.CloseReason;

/** What is to hold again after the manager came back. Loop's thread only. */
interface Standing {

    /** A connection is there: begins, unless it still holds. */
    void begin(Link link);

    /** The client has ended. */
    void finish(CloseReason reason);
}
