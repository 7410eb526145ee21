package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;

/** Something that costs this process descriptors for a peer's sake. */
interface Held {

    /** How many now. */
    int descriptors();

    /** Ends it and lets its descriptors go: the reason is told if there is room for it now. */
    void end(CloseReason reason);
}
