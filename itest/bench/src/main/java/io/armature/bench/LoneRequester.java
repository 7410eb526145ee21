package io.armature.bench;

import io.armature.services.api.Pipe;
import io.armature.services.api.ServiceManager;
import java.io.IOException;

/**
 * One waiting caller of an owner that answers from a thread of its own, beside the same two threads
 * without a manager, in turns so short that wherever the machine has put the two, it meets both
 * alike.
 */
final class LoneRequester {

    private static final long TURN_NANOS = 20_000_000;
    private static final byte[] HELLO = {1};

    /** Of both, as long each. */
    record Beside(Sample requests, Sample handOvers) {
        double timesHandOver() {
            return requests.perSecond() / handOvers.perSecond();
        }
    }

    private LoneRequester() {}

    /**
     * @param name of the service
     * @param nanos for each of both
     */
    static Beside measure(String name, long nanos) throws IOException {
        Waits requests = new Waits();
        Waits handOvers = new Waits();
        try (BothManagers both = BothManagers.make(name);
                OwnThread owner = new OwnThread()) {
            both.owner().register(name, (client, pipe) -> owner.execute(() -> pipe.send(HELLO)));
            for (long done = 0; done < nanos; done += TURN_NANOS) {
                requests.turn(() -> request(both.requester(), name), TURN_NANOS);
                handOvers.turn(() -> handOver(owner), TURN_NANOS);
            }
        }
        return new Beside(requests.sample(), handOvers.sample());
    }

    /** Requests, and waits for the owner's first message. */
    static void request(ServiceManager requester, String name) {
        try (Pipe pipe = requester.request(name)) {
            First first = new First(Thread.currentThread());
            pipe.listen(first);
            first.await();
        }
    }

    /** What of a wait is the machine's. */
    private static void handOver(OwnThread owner) {
        First first = new First(Thread.currentThread());
        owner.execute(() -> first.onMessage(HELLO));
        first.await();
    }
}
