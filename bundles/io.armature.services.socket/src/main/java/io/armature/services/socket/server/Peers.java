package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Identity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Everybody for whom something is held. Any thread. */
final class Peers {

    private final Set<Peer> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger held = new AtomicInteger();
    private final ServerLog log;

    Peers(ServerLog log) {
        this.log = log;
    }

    /** One process, as far as the kernel tells. */
    private record Process(long uid, int pid) {
        static Process of(Identity identity) {
            return new Process(identity.uid(), identity.pid());
        }
    }

    /**
     * The process that holds most.
     *
     * @param descriptors how many
     * @param peers its connections
     */
    record Worst(Identity identity, int descriptors, List<Peer> peers) {
        void end(CloseReason reason) {
            peers.forEach(peer -> peer.end(reason));
        }
    }

    void add(Peer peer) {
        all.add(peer);
    }

    void remove(Peer peer) {
        all.remove(peer);
    }

    void changed(int by) {
        held.addAndGet(by);
    }

    /** Connections and pipes that are held now. */
    int held() {
        return held.get();
    }

    ServerLog log() {
        return log;
    }

    Optional<Worst> worst() {
        Map<Process, Integer> sums = new HashMap<>();
        all.forEach(
                peer -> sums.merge(Process.of(peer.identity()), peer.descriptors(), Integer::sum));
        return sums.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(
                        most -> {
                            List<Peer> peers =
                                    all.stream()
                                            .filter(
                                                    peer ->
                                                            Process.of(peer.identity())
                                                                    .equals(most.getKey()))
                                            .toList();
                            return new Worst(peers.get(0).identity(), most.getValue(), peers);
                        });
    }

    void endAll(CloseReason reason) {
        List.copyOf(all).forEach(peer -> peer.end(reason));
    }
}
