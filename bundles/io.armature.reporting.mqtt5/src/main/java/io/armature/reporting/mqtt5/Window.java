package io.armature.reporting.mqtt5;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets so many publications out at a time as the broker takes (its receive maximum) and keeps the
 * others in their order. Any thread may call this; publications go out one after another, on
 * whichever thread makes room.
 */
final class Window {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int permits;
    private boolean sending;

    /**
     * @param permits publications not acknowledged, 1 or more
     */
    Window(int permits) {
        this.permits = permits;
    }

    /** Runs it now or when there is room. */
    void enter(Runnable publication) {
        synchronized (waiting) {
            waiting.add(publication);
        }
        send();
    }

    /** One that was let out has ended. */
    void leave() {
        synchronized (waiting) {
            permits++;
        }
        send();
    }

    /** One at a time, so that the order stays; who comes meanwhile leaves it to the sender. */
    private void send() {
        while (true) {
            Runnable next;
            synchronized (waiting) {
                if (sending || permits == 0 || waiting.isEmpty()) {
                    return;
                }
                sending = true;
                permits--;
                next = waiting.remove();
            }
            try {
                next.run();
            } finally {
                synchronized (waiting) {
                    sending = false;
                }
            }
        }
    }
}
