package io.armature.services.registry;

import io.armature.services.api.ServiceManager.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells listeners that something is other than before. Costs next to nothing without any. */
final class Changes {

    private final Callbacks callbacks;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean owed = new AtomicBoolean();
    private final Runnable telling = new Telling(); // marked often: one object for all

    /**
     * @param callbacks where the listeners run
     */
    Changes(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    Subscription add(Runnable listener) {
        Runnable own = listener::run; // the same one may listen twice
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    /** Something has changed; in the turn. */
    void mark() {
        if (!listeners.isEmpty() && owed.compareAndSet(false, true)) {
            callbacks.add(telling);
        }
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private final class Telling implements Runnable {
        @Override
        public void run() {
            owed.set(false);
            listeners.forEach(Runnable::run);
        }
    }
}
