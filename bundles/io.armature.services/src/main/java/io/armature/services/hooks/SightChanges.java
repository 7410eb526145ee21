package io.armature.services.hooks;

import io.armature.services.api.ServiceManager.Subscription;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Tells one listener what bundles saw before a change and see now. What comes while nobody listens
 * is one change, told to the next who does. Any thread.
 */
public final class SightChanges {

    private record Change(Sight before, Sight now) {}

    // Guarded by this.
    private Optional<BiConsumer<Sight, Sight>> listener = Optional.empty();
    private Optional<Change> owed = Optional.empty();

    /** Something else is in force; the listener is called on this thread. */
    public synchronized void changed(Sight before, Sight now) {
        if (listener.isPresent()) {
            listener.get().accept(before, now);
        } else {
            owed = Optional.of(new Change(owed.map(Change::before).orElse(before), now));
        }
    }

    /** Has the listener told of what is owed, at once, and of what comes; it must not block. */
    public synchronized Subscription to(BiConsumer<Sight, Sight> told) {
        listener = Optional.of(told);
        if (owed.isPresent()) {
            told.accept(owed.get().before(), owed.get().now());
        }
        owed = Optional.empty();
        return new Listening();
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private final class Listening implements Subscription {
        @Override
        public void close() {
            forget();
        }
    }

    private synchronized void forget() {
        listener = Optional.empty();
    }
}
