package io.armature.services.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is open in this client, so that closing it closes all. Any thread. */
final class ClientStreams {

    private final Set<Stream> open = ConcurrentHashMap.newKeySet();

    /** Something open. */
    interface Stream {
        /** Closes it without a reason, after what it has to send. */
        void end();
    }

    void add(Stream stream) {
        open.add(stream);
    }

    synchronized void remove(Stream stream) {
        open.remove(stream);
        if (open.isEmpty()) {
            notifyAll();
        }
    }

    /** Closes all; waits until they are, this long at most. */
    void endAll(long limitNanos) {
        open.forEach(Stream::end);
        long end = System.nanoTime() + limitNanos;
        boolean interrupted = false;
        synchronized (this) {
            for (long left = limitNanos; !open.isEmpty() && left > 0; ) {
                try {
                    wait(left / 1_000_000 + 1);
                } catch (InterruptedException e) {
                    interrupted = true;
                    break;
                }
                left = end - System.nanoTime();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
