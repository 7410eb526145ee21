package io.armature.services.registry;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What callers are to be told once a turn is over, by whoever took the turn and in the order in
 * which it came up: an observer hears of an owner before that owner gets its first request.
 */
final class Callbacks {

    private final FailureLog failures;

    // Belongs to the turn; the one who took it keeps it when the next one has begun.
    private Queue<Runnable> owed = new ArrayDeque<>();

    Callbacks(FailureLog failures) {
        this.failures = failures;
    }

    /**
     * Begins a turn.
     *
     * @return runs what the turn brought up; to be called when it is over
     */
    Runnable begin() {
        Queue<Runnable> mine = new ArrayDeque<>();
        owed = mine;
        return new Told(mine);
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private final class Told implements Runnable {
        private final Queue<Runnable> mine;

        Told(Queue<Runnable> mine) {
            this.mine = mine;
        }

        @Override
        public void run() {
            Callbacks.this.run(mine);
        }
    }

    /** Tells something, after all that came up before in this turn. */
    void add(Runnable callback) {
        owed.add(callback);
    }

    /** Tells a callee something, also after what another thread has yet to tell it. */
    void add(Turn callee, Runnable callback) {
        if (callee.add(callback)) {
            owed.add(callee::drain);
        }
    }

    private void run(Queue<Runnable> callbacks) {
        for (Runnable next = callbacks.poll(); next != null; next = callbacks.poll()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                // Outermost loop: whoever it is that failed, others wait to be told.
                failures.add("a callback failed", e);
            }
        }
    }
}
