package io.armature.services.hooks;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.ErrorCode;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceNames;
import io.armature.services.registry.FailureLog;
import io.armature.services.registry.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers services that carry a governed name, in the name of the bundle that publishes them, as
 * long as they are published. Of several with one name the first stays, the next follows when it
 * has gone. Who may not own its name is left out and logged; it is asked again when policies have
 * changed. Any thread.
 */
public final class Whiteboard
        implements ServiceTrackerCustomizer<Object, Published>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Whiteboard.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final BundleContext own;
    private final Owners owners;
    private final DeviceClock clock;
    private final Executor timers;
    private final ServiceTracker<Object, Published> tracker;
    private final Turn turn;

    // These belong to the turn.
    private final Map<String, Place> places = new TreeMap<>();
    private boolean closed;

    /**
     * @param own context of this bundle
     * @param timers where an owner is tried again whose name was taken
     */
    public Whiteboard(BundleContext own, Owners owners, DeviceClock clock, Executor timers) {
        this.own = own;
        this.owners = owners;
        this.clock = clock;
        this.timers = timers;
        this.turn = new Turn(new FailureLog(clock));
        // Nothing is hidden from the system bundle.
        BundleContext all = own.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        try {
            this.tracker =
                    new ServiceTracker<>(
                            all, all.createFilter("(" + ServiceNames.PROPERTY + "=*)"), this);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Registers what is published, and from now on what comes. */
    public void open() {
        tracker.open(true);
    }

    @Override
    public Published addingService(ServiceReference<Object> reference) {
        Bundle owner = reference.getBundle();
        if (owner == null) {
            return null; // it has gone again
        }
        Published service = new Published(own, reference, owner);
        inTurn(new Arrival(service));
        return service;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, Published service) {
        Optional<String> name = Published.name(reference);
        inTurn(
                () -> {
                    if (!name.equals(service.name)) {
                        leave(service);
                        service.name = name;
                        service.refused = false;
                        enter(service);
                    }
                });
    }

    @Override
    public void removedService(ServiceReference<Object> reference, Published service) {
        inTurn(() -> leave(service));
    }

    /** Other policies are in force: who was refused is asked again. */
    public void policiesChanged() {
        inTurn(
                () -> {
                    for (Place place : places.values()) {
                        place.services.forEach(service -> service.refused = false);
                        fill(place);
                    }
                });
    }

    /** Ends all registrations. */
    @Override
    public void close() {
        inTurn(() -> closed = true);
        tracker.close();
    }

    private void inTurn(Runnable work) {
        if (turn.add(work)) {
            turn.drain();
        }
    }

    private void enter(Published service) {
        if (service.name.isEmpty()) {
            LOG.warn("not registered, its name must be a text of 1 to 255: {}", service);
            return;
        }
        Place place = places.get(service.name.get());
        if (place == null) {
            place = new Place(service.name.get());
            places.put(place.name, place);
        }
        place.services.add(service);
        fill(place);
    }

    private void leave(Published service) {
        Place place = service.name.map(places::get).orElse(null);
        if (place == null || !place.services.remove(service)) {
            return;
        }
        if (place.owner == service) {
            place.release();
        }
        if (place.services.isEmpty()) {
            place.cancel();
            places.remove(place.name);
        } else {
            fill(place);
        }
    }

    private void fill(Place place) {
        if (closed || place.owner != null) {
            return;
        }
        Published best = place.best();
        if (best != null) {
            Registration registration = owners.register(best.owner(), place.name, best);
            place.owner = best;
            place.registration = registration;
            registration.closed().thenAccept(new Ending(place, registration));
        }
    }

    private void ended(Place place, Registration registration, CloseReason reason) {
        if (place.registration != registration) {
            return; // it has left
        }
        Published service = place.owner;
        place.owner = null;
        place.registration = null;
        ErrorCode code = reason.error().orElse(ErrorCode.UNKNOWN);
        if (code == ErrorCode.SERVICE_ALREADY_REGISTERED) {
            Duration pause = place.pause();
            place.retry = clock.after(pause, timers, () -> inTurn(() -> fill(place)));
        } else if (code == ErrorCode.PERMISSION_DENIED || code == ErrorCode.SERVICE_NOT_FOUND) {
            LOG.warn("hidden and not registered, {}: {}", reason.text(), service);
            service.refused = true;
            fill(place);
        }
    }

    // Classes, not lambdas: these run in each boot, and linking a lambda takes longer.
    private final class Arrival implements Runnable {
        private final Published service;

        Arrival(Published service) {
            this.service = service;
        }

        @Override
        public void run() {
            enter(service);
        }
    }

    private final class Ending implements Consumer<CloseReason> {
        private final Place place;
        private final Registration registration;

        Ending(Place place, Registration registration) {
            this.place = place;
            this.registration = registration;
        }

        @Override
        public void accept(CloseReason reason) {
            inTurn(() -> ended(place, registration, reason));
        }
    }

    /** All that is published under one name; belongs to the turn. */
    private static final class Place {
        final String name;
        final List<Published> services = new ArrayList<>(1);
        Published owner;
        Registration registration;
        DeviceClock.Timer retry;
        private Duration pause = FIRST_PAUSE;

        Place(String name) {
            this.name = name;
        }

        /** The one that is ranked highest of those that policy has not refused, or null. */
        Published best() {
            Published best = null;
            for (Published service : services) {
                if (!service.refused && (best == null || service.preferredTo(best))) {
                    best = service;
                }
            }
            return best;
        }

        /** How long to wait until the next attempt; longer each time. */
        Duration pause() {
            Duration now = pause;
            pause = now.compareTo(LONGEST_PAUSE) < 0 ? now.multipliedBy(2) : now;
            return now;
        }

        void release() {
            Registration held = registration;
            owner = null;
            registration = null;
            pause = FIRST_PAUSE;
            held.close();
        }

        void cancel() {
            if (retry != null) {
                retry.cancel();
            }
        }
    }
}
