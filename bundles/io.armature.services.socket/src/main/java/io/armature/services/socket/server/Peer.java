package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Identity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who has connected once, and what is held for it: also after the connection has ended. */
final class Peer {

    private final Identity identity;
    private final Peers peers;

    // Guarded by this.
    private final Set<Held> held = new HashSet<>(2);

    Peer(Identity identity, Peers peers) {
        this.identity = identity;
        this.peers = peers;
    }

    Identity identity() {
        return identity;
    }

    void add(Held one) {
        synchronized (this) {
            if (!held.add(one)) {
                return;
            }
            if (held.size() == 1) {
                peers.add(this);
            }
        }
        peers.changed(1);
    }

    void remove(Held one) {
        synchronized (this) {
            if (!held.remove(one)) {
                return;
            }
            if (held.isEmpty()) {
                peers.remove(this);
            }
        }
        peers.changed(-1);
    }

    int descriptors() {
        return held().stream().mapToInt(Held::descriptors).sum();
    }

    /** A bundle could not bear what this peer had sent. */
    void listenerFailed(Throwable failure) {
        peers.log().listenerFailed(identity, failure);
    }

    void end(CloseReason reason) {
        held().forEach(one -> one.end(reason));
    }

    private synchronized List<Held> held() {
        return List.copyOf(held);
    }
}
