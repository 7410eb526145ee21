package io.armature.services.registry;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What callers are to be told once a turn is over. Whoever took the turn runs it; a callback that
 * blocks holds up nobody but the thread it runs on and its own callee. Any thread.
 */
final class Callbacks {

    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

    private final Queue<Runnable> owed = new ConcurrentLinkedQueue<>();

    /** Tells something that nothing else must precede. */
    void add(Runnable callback) {
        owed.add(callback);
    }

    /** Tells a callee something, after what it has yet to be told. */
    void add(Turn callee, Runnable callback) {
        if (callee.add(callback)) {
            owed.add(callee::drain);
        }
    }

    /** Runs what there is. */
    void run() {
        for (Runnable next = owed.poll(); next != null; next = owed.poll()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                // Outermost loop: whoever it is that failed, others wait to be told.
                LOG.error("a callback failed", e);
            }
        }
    }
}
