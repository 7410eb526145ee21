package io.armature.console;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Services that the console shows, each got when somebody looks for the first time: until then a
 * delayed component stays delayed. Any thread; nothing is held while a service is got.
 */
final class Shown<S> {

    private final BundleContext context;

    // Guarded by this.
    private final Set<ServiceReference<S>> present = new LinkedHashSet<>();
    private final Map<ServiceReference<S>, S> got = new HashMap<>();
    private Consumer<S> added;
    private Consumer<S> removed;
    private boolean closed;

    /**
     * @param context of this bundle
     */
    Shown(BundleContext context) {
        this.context = context;
    }

    /** A service has come. */
    void add(ServiceReference<S> reference) {
        synchronized (this) {
            present.add(reference);
            if (added == null) {
                return;
            }
        }
        get(reference);
    }

    /** A service has gone. */
    void remove(ServiceReference<S> reference) {
        S service;
        Consumer<S> told;
        synchronized (this) {
            present.remove(reference);
            service = got.remove(reference);
            told = removed;
        }
        if (service != null) {
            told.accept(service);
            context.ungetService(reference);
        }
    }

    /** Somebody looks: gets what is there, and from now on what comes. */
    void open(Consumer<S> whenAdded, Consumer<S> whenRemoved) {
        List<ServiceReference<S>> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            added = whenAdded;
            removed = whenRemoved;
            all = List.copyOf(present);
        }
        all.forEach(this::get);
    }

    private void get(ServiceReference<S> reference) {
        S service = context.getService(reference);
        if (service == null) {
            return; // it has gone, or could not be made
        }
        Consumer<S> told = null;
        synchronized (this) {
            if (present.contains(reference) && got.putIfAbsent(reference, service) == null) {
                told = added;
            }
        }
        if (told == null) {
            context.ungetService(reference);
        } else {
            told.accept(service);
        }
    }

    /** Nobody looks any more; what was got is let go. */
    void close() {
        List<ServiceReference<S>> all;
        synchronized (this) {
            closed = true;
            added = null;
            present.clear();
            all = List.copyOf(got.keySet());
            got.clear();
        }
        all.forEach(context::ungetService);
    }
}
