package io.armature.services.sticky;

import io.armature.control.api.StoppedServices;
import io.armature.platform.api.DeviceClock;
import io.armature.services.api.Hold;
import io.armature.services.api.Sticky;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/** Makes stand-ins for one bundle: what it may not see is not there for them. */
public final class StickyServices {

    private final BundleContext user;
    private final DeviceClock clock;
    private final Executor expiry;

    /**
     * @param user context of the bundle that calls
     * @param expiry fails calls that were held too long
     */
    public StickyServices(BundleContext user, DeviceClock clock, Executor expiry) {
        this.user = user;
        this.clock = clock;
        this.expiry = expiry;
    }

    /**
     * A stand-in for the service of that type with the highest ranking.
     *
     * @param closed told of the stand-in when it is closed
     */
    public <T> Sticky<T> of(Class<T> type, Hold hold, Consumer<? super Sticky<T>> closed) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is not an interface");
        }
        StandIn<T> made =
                new StandIn<>(
                        new HeldCalls<>(type, clock, expiry, hold, () -> stopped(type)),
                        user,
                        type,
                        closed);
        made.open();
        return made;
    }

    /** Asked each time: who knows it may be replaced, and outlive this bundle's version. */
    private Optional<String> stopped(Class<?> type) {
        try {
            ServiceReference<?> knows = user.getServiceReference(StoppedServices.class.getName());
            Object known = knows == null ? null : user.getService(knows);
            if (!(known instanceof StoppedServices services)) {
                return Optional.empty();
            }
            try {
                return services.stoppedOwnerOf(type.getName()).map(StickyServices::sentence);
            } finally {
                user.ungetService(knows);
            }
        } catch (IllegalStateException e) {
            return Optional.empty(); // the user stops just now
        }
    }

    private static String sentence(String bundle) {
        return "bundle "
                + bundle
                + " was stopped on purpose, 'armature bundle start "
                + bundle
                + "' starts it";
    }

    private static final class StandIn<T> implements Sticky<T>, ServiceTrackerCustomizer<T, T> {

        private final HeldCalls<T> calls;
        private final ServiceTracker<T, T> tracker;
        private final BundleContext user;
        private final Consumer<? super Sticky<T>> closed;

        // Guarded by this.
        private final Map<ServiceReference<T>, T> owners = new HashMap<>();

        StandIn(
                HeldCalls<T> calls,
                BundleContext user,
                Class<T> type,
                Consumer<? super Sticky<T>> closed) {
            this.calls = calls;
            this.user = user;
            this.closed = closed;
            this.tracker = new ServiceTracker<>(user, type, this);
        }

        void open() {
            tracker.open();
        }

        @Override
        public T addingService(ServiceReference<T> reference) {
            T service = user.getService(reference);
            if (service != null) {
                choose(() -> owners.put(reference, service));
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<T> reference, T service) {
            choose(() -> {}); // its ranking may be another
        }

        @Override
        public void removedService(ServiceReference<T> reference, T service) {
            choose(() -> owners.remove(reference));
            calls.refuseIfStopped();
            user.ungetService(reference);
        }

        /** Events of several threads end in one state: the owner is set with the change. */
        private void choose(Runnable change) {
            synchronized (this) {
                change.run();
                calls.owner(
                        owners.keySet().stream()
                                .max(ServiceReference::compareTo)
                                .map(owners::get)
                                .orElse(null));
            }
            calls.send();
        }

        @Override
        public T service() {
            return calls.standIn();
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
            tracker.close();
            closed.accept(this);
        }
    }
}
