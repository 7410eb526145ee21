package io.armature.services.socket.server;

import io.armature.services.api.CloseReason;
import io.armature.services.api.Pipe;
import io.armature.services.spi.PausablePipe;

/**
 * One direction between two pipes: messages in their order, at the receiver's pace, then the end.
 */
final class Relay implements Pipe.Listener {

    private final PausablePipe from;
    private final PausablePipe to;

    // Guarded by this.
    private byte[] held;
    private CloseReason ended;

    private Relay(PausablePipe from, PausablePipe to) {
        this.from = from;
        this.to = to;
    }

    /** Connects two ends that nobody listens to; each end's closing closes the other. */
    static void join(PausablePipe one, PausablePipe two) {
        new Relay(one, two).start();
        new Relay(two, one).start();
    }

    private void start() {
        from.closed().thenAccept(this::end);
        from.listen(this);
    }

    @Override
    public void onMessage(byte[] message) {
        if (to.send(message) == Pipe.Sent.FULL) {
            from.pause();
            synchronized (this) {
                held = message;
            }
            to.writable().thenRun(this::again);
        }
    }

    private void again() {
        byte[] message;
        synchronized (this) {
            message = held;
        }
        if (to.send(message) == Pipe.Sent.FULL) {
            to.writable().thenRun(this::again);
            return;
        }
        CloseReason reason;
        synchronized (this) {
            held = null;
            reason = ended;
        }
        if (reason == null) {
            from.resume();
        } else {
            to.close(reason);
        }
    }

    private void end(CloseReason reason) {
        synchronized (this) {
            if (held != null) {
                ended = reason;
                return;
            }
        }
        to.close(reason);
    }
}
