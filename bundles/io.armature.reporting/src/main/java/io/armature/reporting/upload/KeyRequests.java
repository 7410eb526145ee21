package io.armature.reporting.upload;

import io.armature.platform.api.DeviceClock;
import io.armature.reporting.seal.Sealing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server for a key while there is none and somebody needs it, and for a newer one later.
 */
public final class KeyRequests {

    private static final Logger log = LoggerFactory.getLogger(KeyRequests.class);

    private final Sealing sealing;
    private final Outlet outlet;

    // Guarded by this.
    private boolean asking;
    private boolean closed;
    private DeviceClock.Timer next;

    public KeyRequests(Sealing sealing, Outlet outlet) {
        this.sealing = sealing;
        this.outlet = outlet;
    }

    /** Somebody waits for a key: asks now and again until one is there. */
    public void need() {
        synchronized (this) {
            if (asking || closed) {
                return;
            }
            asking = true;
        }
        outlet.jobs().execute(this::ask);
    }

    /** An uploader has come: asks at once if somebody waits. */
    public void connected() {
        boolean ask;
        synchronized (this) {
            ask = asking && !closed;
        }
        if (ask) {
            outlet.jobs().execute(this::send);
        }
    }

    /** Asks no more. */
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }

    private void ask() {
        synchronized (this) {
            if (closed || sealing.keyPresent()) {
                asking = false;
                return;
            }
            next = outlet.clock().after(outlet.settings().keyRetry(), outlet.jobs(), this::ask);
        }
        send();
    }

    private void send() {
        if (outlet.connected()) {
            outlet.requestKey()
                    .whenComplete(
                            (reply, failure) -> {
                                if (failure != null) {
                                    log.debug("key request failed", failure);
                                }
                            });
        }
    }

    /** Asks for a newer key if the one in use is old. */
    public void checkAge() {
        boolean old =
                sealing.keyAge()
                        .filter(age -> age.compareTo(outlet.settings().keyAge()) > 0)
                        .isPresent();
        if (old) {
            send();
        }
    }
}
