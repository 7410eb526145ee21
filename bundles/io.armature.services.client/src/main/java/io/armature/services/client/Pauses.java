package io.armature.services.client;

import java.time.Duration;

/**
 * Growing pauses between attempts that the manager refuses: 100 ms, doubled up to 5 s. One thread.
 */
final class Pauses {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Duration next = FIRST;

    /** The next pause. */
    Duration take() {
        Duration taken = next;
        Duration twice = next.multipliedBy(2);
        next = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
        return taken;
    }

    /** An attempt has lasted: begins anew. */
    void reset() {
        next = FIRST;
    }
}
