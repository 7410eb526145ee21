package io.armature.services.sticky;

import io.armature.services.spi.StandInCalls;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whom the calls of a stand-in came from and whom they go to when the service manager is replaced.
 * Guarded by the {@link HeldCalls} that it is about, where nothing else is said.
 */
final class Succession {

    private final Runnable whenOver;

    /** Calls whose callers are in there. */
    private final AtomicInteger inside = new AtomicInteger();

    private volatile StandInCalls next;
    private StandInCalls before;
    private boolean over;

    /**
     * @param whenOver run once, when everything has left and no call is here any more
     */
    Succession(Runnable whenOver) {
        this.whenOver = whenOver;
    }

    /** Any thread: one more caller; says who gets the call, null for this one. */
    StandInCalls enter() {
        inside.incrementAndGet();
        return next;
    }

    /** Any thread: one caller less; whether the next one may have waited for that. */
    boolean exit() {
        return inside.decrementAndGet() == 0 && next != null;
    }

    void follow(StandInCalls other) {
        before = other;
    }

    void leaveTo(StandInCalls other) {
        next = other;
    }

    boolean leaves() {
        return next != null;
    }

    /**
     * Whether nobody is followed or left to. Before that no call may go straight to the owner: one
     * whose caller is still in there before may begin to wait there.
     */
    boolean settled() {
        return next == null && before == null;
    }

    boolean over() {
        return over;
    }

    /** Whom this follows, null once nothing is left there. */
    StandInCalls before() {
        return before;
    }

    int heldBefore() {
        return before == null ? 0 : before.held();
    }

    boolean waitsBefore(Object owner) {
        return before != null && before.precedes(owner);
    }

    /** Gives those up that keep calls from that owner. */
    void overtake(Object owner) {
        if (owner != null && waitsBefore(owner)) {
            before = null;
        }
    }

    /** Whether it is over now and was not. */
    boolean ends(boolean callsLeft) {
        boolean ends = !over && !callsLeft && before == null && inside.get() == 0;
        over |= ends;
        return ends;
    }

    /** Not guarded. */
    void tell(boolean ends) {
        if (ends) {
            whenOver.run();
        }
        next.moved(ends);
    }
}
