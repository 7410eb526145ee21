package io.armature.services.sticky;

import io.armature.platform.api.DeviceClock;
import io.armature.services.api.Hold;
import io.armature.services.api.Sticky;
import java.util.concurrent.Executor;
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

    /** A stand-in for the service of that type with the highest ranking. */
    public <T> Sticky<T> of(Class<T> type, Hold hold) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is not an interface");
        }
        StandIn<T> made = new StandIn<>(new HeldCalls<>(type, clock, expiry, hold), user, type);
        made.open();
        return made;
    }

    private static final class StandIn<T> implements Sticky<T>, ServiceTrackerCustomizer<T, T> {

        private final HeldCalls<T> calls;
        private final ServiceTracker<T, T> tracker;
        private final BundleContext user;

        // Guarded by this.
        private ServiceReference<T> current;

        StandIn(HeldCalls<T> calls, BundleContext user, Class<T> type) {
            this.calls = calls;
            this.user = user;
            this.tracker = new ServiceTracker<>(user, type, this);
        }

        void open() {
            tracker.open();
        }

        @Override
        public T addingService(ServiceReference<T> reference) {
            T service = user.getService(reference);
            if (service != null) {
                synchronized (this) {
                    if (current != null && current.compareTo(reference) > 0) {
                        return service;
                    }
                    current = reference;
                }
                calls.arrived(service);
            }
            return service;
        }

        @Override
        public void modifiedService(ServiceReference<T> reference, T service) {
            // a ranking that changes decides at the next coming or going
        }

        @Override
        public void removedService(ServiceReference<T> reference, T service) {
            ServiceReference<T> next = null;
            synchronized (this) {
                if (reference.equals(current)) {
                    next = tracker.getServiceReference();
                    current = next;
                }
            }
            T successor = next == null ? null : tracker.getService(next);
            if (successor != null) {
                calls.arrived(successor);
            }
            calls.left(service);
            user.ungetService(reference);
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
        }
    }
}
