package io.armature.bench;

import io.armature.services.api.Pipe;
import java.util.concurrent.locks.LockSupport;

/** Wakes the one who waits for a message. */
final class First implements Pipe.Listener {

    private final Thread waits;
    private volatile boolean come;

    First(Thread waits) {
        this.waits = waits;
    }

    @Override
    public void onMessage(byte[] message) {
        come = true;
        if (Thread.currentThread() != waits) {
            LockSupport.unpark(waits);
        }
    }

    void await() {
        while (!come) {
            LockSupport.park(this);
        }
    }
}
