package io.armature.backend.reporting.server;

/**
 * Bounds what is opened and not stored yet: sealed records can grow twentyfold when they are
 * opened.
 *
 * <p>Work is numbered in the order in which it is stored. The piece that the store waits for never
 * waits for room, so there is always one that goes on.
 */
final class OpenedBudget {

    private final long limitBytes;
    private long bytes;
    private long next;

    OpenedBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Waits until a piece may be opened. */
    synchronized void awaitRoom(long number) throws InterruptedException {
        while (bytes > limitBytes && number > next) {
            wait();
        }
    }

    /** A piece is opened. */
    synchronized void opened(long size) {
        bytes += size;
    }

    /** The store waits for this piece. */
    synchronized void waitingFor(long number) {
        next = number;
        notifyAll();
    }

    /** Pieces are stored. */
    synchronized void stored(long size) {
        bytes -= size;
        notifyAll();
    }
}
