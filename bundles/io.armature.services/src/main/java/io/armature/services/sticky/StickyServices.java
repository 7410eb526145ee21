package io.armature.services.sticky;

import io.armature.control.api.StoppedServices;
import io.armature.platform.api.DeviceClock;
import io.armature.services.api.Hold;
import io.armature.services.api.Sticky;
import io.armature.services.spi.StandIn;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Makes stand-ins for one bundle: what it may not see is not there for them. */
public final class StickyServices {

    private static final ServiceReference<?>[] NONE = {};

    private final BundleContext user;
    private final DeviceClock clock;
    private final Executor expiry;
    private final Refusals refusals;
    private final Set<Following<?>> all = ConcurrentHashMap.newKeySet();

    /**
     * @param user context of the bundle that calls
     * @param expiry fails calls that were held too long
     */
    public StickyServices(BundleContext user, DeviceClock clock, Executor expiry) {
        this(user, clock, expiry, service -> Optional.empty());
    }

    /**
     * @param user context of the bundle that calls
     * @param expiry fails calls that were held too long
     * @param refusals asked where the bundle sees no owner; calls that policy refuses fail at once
     */
    public StickyServices(
            BundleContext user, DeviceClock clock, Executor expiry, Refusals refusals) {
        this.user = user;
        this.clock = clock;
        this.expiry = expiry;
        this.refusals = refusals;
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
        Following<T> following = following(type, hold);
        StandIn<T> made = new StandIn<>(type, hold, following);
        following.whenClosed(() -> closed.accept(made));
        following.look();
        made.publish(user);
        return made;
    }

    /**
     * Takes over a stand-in of an earlier version of this bundle. What waits there goes first.
     *
     * @param closed told of the stand-in when it is closed
     * @return false if it is here already or closed
     */
    public <T> boolean takeOver(StandIn<T> standIn, Consumer<? super Sticky<T>> closed) {
        if (standIn.calls() instanceof Following<?> known && all.contains(known)) {
            return false;
        }
        Following<T> following = following(standIn.type(), standIn.hold());
        following.whenClosed(() -> closed.accept(standIn));
        following.look(); // first, so that no call waits for it
        if (!standIn.handOver(following)) {
            following.close();
            return false;
        }
        return true;
    }

    /** Looks again which owners the bundle may see: policies have changed. */
    public void lookAgain() {
        all.forEach(Following::look);
    }

    private <T> Following<T> following(Class<T> type, Hold hold) {
        Following<T> made =
                new Following<>(
                        user,
                        type,
                        over ->
                                new HeldCalls<>(
                                        type, clock, expiry, hold, () -> nobodyComes(type), over),
                        all::remove);
        all.add(made);
        return made;
    }

    private Optional<String> nobodyComes(Class<?> type) {
        try {
            Optional<String> refused = refused(type);
            return refused.isPresent() ? refused : stopped(type);
        } catch (IllegalStateException e) {
            return Optional.empty(); // the user stops just now
        }
    }

    /** Looks with the framework's eyes at what policy may hide from the user. */
    private Optional<String> refused(Class<?> type) {
        ServiceReference<?>[] there;
        try {
            there =
                    user.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                            .getBundleContext()
                            .getAllServiceReferences(type.getName(), null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
        Optional<String> refused = Optional.empty();
        for (ServiceReference<?> service : there == null ? NONE : there) {
            refused = refusals.refusal(service);
            if (refused.isEmpty()) {
                return refused;
            }
        }
        return refused;
    }

    /** Asked each time: who knows it may be replaced, and outlive this bundle's version. */
    private Optional<String> stopped(Class<?> type) {
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
    }

    private static String sentence(String bundle) {
        return "bundle "
                + bundle
                + " was stopped on purpose, 'armature bundle start "
                + bundle
                + "' starts it";
    }
}
