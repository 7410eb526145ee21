package io.armature.services.sticky;

import io.armature.services.spi.StandInCalls;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** Gives the calls of one stand-in to the owner that its user sees and the framework prefers. */
final class Following<T> implements StandInCalls {

    private final BundleContext user;
    private final Class<T> type;
    private final Consumer<? super Following<T>> forget;
    private final HeldCalls<T> calls;
    private Runnable whenClosed = () -> {};

    // Guarded by this.
    private long looks;
    private Owners current;
    private boolean ended;

    /**
     * @param calls makes them, from what is to be run when they are over
     * @param forget told once, when this follows nobody any more
     */
    Following(
            BundleContext user,
            Class<T> type,
            Function<Runnable, HeldCalls<T>> calls,
            Consumer<? super Following<T>> forget) {
        this.user = user;
        this.type = type;
        this.forget = forget;
        this.calls = calls.apply(this::end);
    }

    /** To be set before the first call. */
    void whenClosed(Runnable run) {
        whenClosed = run;
    }

    /**
     * Looks for owners as if for the first time; takes as long as owners take to start. One that
     * stays is not let go meanwhile: nobody else may hold it, and it would end.
     */
    void look() {
        Owners found = next();
        try {
            found.tracker.open();
        } catch (IllegalStateException e) {
            return; // the user stops just now
        }
        Owners left;
        synchronized (this) {
            if (ended || current != null && current.number > found.number) {
                left = found;
            } else {
                left = current;
                current = found;
                found.choose();
            }
        }
        calls.send();
        if (left != null) {
            left.tracker.close();
        }
        calls.refuseIfNobodyComes();
    }

    private synchronized Owners next() {
        return new Owners(looks++);
    }

    private void end() {
        Owners last;
        synchronized (this) {
            ended = true;
            last = current;
            current = null;
        }
        if (last != null) {
            last.tracker.close();
        }
        forget.accept(this);
    }

    /** The owners that one look has found, and those that came since. */
    private final class Owners implements ServiceTrackerCustomizer<T, T> {

        private final long number;
        private final ServiceTracker<T, T> tracker = new ServiceTracker<>(user, type, this);

        // Guarded by the one that follows.
        private final Map<ServiceReference<T>, T> owners = new HashMap<>();

        Owners(long number) {
            this.number = number;
        }

        @Override
        public T addingService(ServiceReference<T> reference) {
            T service = user.getService(reference);
            if (service != null) {
                change(() -> owners.put(reference, service));
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<T> reference, T service) {
            change(() -> {}); // its ranking may be another
        }

        @Override
        public void removedService(ServiceReference<T> reference, T service) {
            change(() -> owners.remove(reference));
            calls.refuseIfNobodyComes();
            try {
                user.ungetService(reference);
            } catch (IllegalStateException e) {
                // its user has stopped: the framework has taken it back
            }
        }

        /** Events of several threads end in one state: the owner is set with the change. */
        private void change(Runnable change) {
            synchronized (Following.this) {
                change.run();
                if (current != this) {
                    return;
                }
                choose();
            }
            calls.send();
        }

        private void choose() {
            calls.owner(
                    owners.keySet().stream()
                            .max(ServiceReference::compareTo)
                            .map(owners::get)
                            .orElse(null));
        }
    }

    @Override
    public Object call(Method method, Object[] arguments) throws Throwable {
        return calls.call(method, arguments);
    }

    @Override
    public boolean present() {
        return calls.present();
    }

    @Override
    public int held() {
        return calls.held();
    }

    @Override
    public void close() {
        calls.close();
        end();
        whenClosed.run();
    }

    @Override
    public void follow(StandInCalls other) {
        calls.follow(other);
    }

    @Override
    public void leaveTo(StandInCalls other) {
        calls.leaveTo(other);
    }

    @Override
    public boolean precedes(Object owner) {
        return calls.precedes(owner);
    }

    @Override
    public void moved(boolean over) {
        calls.moved(over);
    }
}
