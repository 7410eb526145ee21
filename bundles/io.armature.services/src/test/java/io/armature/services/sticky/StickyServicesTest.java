package io.armature.services.sticky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.control.api.StoppedServices;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceAwayException;
import io.armature.services.api.Sticky;
import io.armature.services.hooks.TestFramework;
import io.armature.services.spi.StandIn;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;

/** Which owner a stand-in calls, in a real framework. */
@Timeout(30)
class StickyServicesTest {

    @TempDir Path storage;
    private TestFramework framework;
    private BundleContext owner;
    private BundleContext user;
    private StickyServices services;
    private final List<Object> closed = new ArrayList<>();
    private Sticky<Callable<String>> sticky;

    @BeforeEach
    @SuppressWarnings({"unchecked", "rawtypes"}) // the class of a generic interface
    void start() throws BundleException {
        framework = new TestFramework(storage);
        owner = framework.bundle("owner");
        user = framework.bundle("user");
        services = new StickyServices(user, new HandClock(), Runnable::run);
        sticky =
                (Sticky)
                        services.of(Callable.class, Hold.of(0, Duration.ofSeconds(1)), closed::add);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    private ServiceRegistration<?> publish(String answer, int ranking) {
        Callable<String> service = () -> answer;
        return owner.registerService(
                Callable.class,
                service,
                new Hashtable<>(Map.of(Constants.SERVICE_RANKING, ranking)));
    }

    @Test
    void highestRankingIsCalledWhateverComesAndGoes() throws Exception {
        assertThat(sticky.present()).isFalse();
        ServiceRegistration<?> first = publish("first", 0);
        assertThat(sticky.present()).isTrue();
        assertThat(sticky.service().call()).isEqualTo("first");
        ServiceRegistration<?> lower = publish("lower", -1);
        assertThat(sticky.service().call()).isEqualTo("first");
        ServiceRegistration<?> higher = publish("higher", 1);
        assertThat(sticky.service().call()).isEqualTo("higher");
        higher.unregister();
        assertThat(sticky.service().call()).isEqualTo("first");
        lower.setProperties(new Hashtable<>(Map.of(Constants.SERVICE_RANKING, 5)));
        assertThat(sticky.service().call()).isEqualTo("lower");
        lower.unregister();
        first.unregister();
        assertThat(sticky.present()).isFalse();
        assertThatThrownBy(() -> sticky.service().call()).isInstanceOf(ServiceAwayException.class);
    }

    @Test
    void ownerStoppedOnPurposeIsNamedAtOnceAndOneBeingReplacedIsWaitedFor() throws Exception {
        StoppedServices none = service -> Optional.empty();
        ServiceRegistration<?> knows = owner.registerService(StoppedServices.class, none, null);
        BundleContext waits = framework.bundle("waiting");
        Sticky<Store> waiting =
                new StickyServices(waits, new HandClock(), Runnable::run)
                        .of(Store.class, Hold.of(9, Duration.ofSeconds(1)), closed::add);
        Store store = () -> CompletableFuture.completedFuture("stored");
        ServiceRegistration<?> first = owner.registerService(Store.class, store, null);
        first.unregister();
        CompletableFuture<String> replaced = waiting.service().store().toCompletableFuture();
        assertThat(replaced).isNotDone();
        ServiceRegistration<?> second = owner.registerService(Store.class, store, null);
        assertThat(replaced).isCompletedWithValue("stored");
        knows.unregister();
        StoppedServices one =
                service ->
                        service.equals(Store.class.getName())
                                ? Optional.of("com.example.store")
                                : Optional.empty();
        owner.registerService(StoppedServices.class, one, null);
        second.unregister();
        assertThatThrownBy(() -> waiting.service().store().toCompletableFuture().join())
                .hasCauseInstanceOf(ServiceAwayException.class)
                .hasMessageContaining(
                        "Store is away: bundle com.example.store was stopped on purpose, 'armature"
                                + " bundle start com.example.store' starts it; try again");
        assertThat(waiting.held()).isZero();
    }

    /** A service whose calls wait. */
    public interface Store {
        CompletionStage<String> store();
    }

    @Test
    void closingLetsTheOwnerGo() {
        ServiceRegistration<?> registration = publish("any", 0);
        sticky.close();
        sticky.close();
        assertThat(registration.getReference().getUsingBundles()).isNull();
        assertThatThrownBy(() -> sticky.service().call()).isInstanceOf(ServiceAwayException.class);
        assertThat(closed).contains(sticky);
    }

    /** Hides services from look-ups and events, as policy does. */
    private final class Curtain implements FindHook, EventListenerHook {
        volatile boolean drawn;

        @Override
        public void find(
                BundleContext context,
                String name,
                String filter,
                boolean all,
                Collection<ServiceReference<?>> references) {
            references.removeIf(reference -> hides(context, reference));
        }

        @Override
        public void event(
                ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
            listeners.keySet().removeIf(context -> hides(context, event.getServiceReference()));
        }

        private boolean hides(BundleContext context, ServiceReference<?> reference) {
            return drawn
                    && context.getBundle().getSymbolicName().equals("user")
                    && owner.getBundle().equals(reference.getBundle());
        }
    }

    private Curtain curtain() {
        Curtain curtain = new Curtain();
        framework
                .system()
                .registerService(
                        new String[] {FindHook.class.getName(), EventListenerHook.class.getName()},
                        curtain,
                        null);
        return curtain;
    }

    @Test
    void ownerThatMayNoLongerBeSeenIsLeftAndOneThatMayIsFound() throws Exception {
        Curtain curtain = curtain();
        ServiceRegistration<?> registration = publish("seen", 0);
        assertThat(sticky.service().call()).isEqualTo("seen");
        curtain.drawn = true;
        services.lookAgain();
        assertThat(sticky.present()).isFalse();
        assertThat(registration.getReference().getUsingBundles()).isNull();
        publish("unseen", 9);
        assertThatThrownBy(() -> sticky.service().call()).isInstanceOf(ServiceAwayException.class);
        curtain.drawn = false;
        services.lookAgain();
        assertThat(sticky.service().call()).isEqualTo("unseen");
    }

    @Test
    void callsThatPolicyRefusesFailAtOnce() {
        Curtain curtain = curtain();
        Optional<String> refused = Optional.of("policy does not let bundle user request Store");
        Sticky<Store> patient =
                new StickyServices(
                                user,
                                new HandClock(),
                                Runnable::run,
                                service -> curtain.drawn ? refused : Optional.empty())
                        .of(Store.class, Hold.of(9, Duration.ofSeconds(1)), closed::add);
        CompletableFuture<String> early = patient.service().store().toCompletableFuture();
        assertThat(early).as("nobody is there whom policy could hide").isNotDone();
        curtain.drawn = true;
        Store store = () -> CompletableFuture.completedFuture("stored");
        ServiceRegistration<?> registration = owner.registerService(Store.class, store, null);
        CompletableFuture<String> late = patient.service().store().toCompletableFuture();
        assertThat(late).isCompletedExceptionally();
        assertThatThrownBy(late::join)
                .hasCauseInstanceOf(ServiceAwayException.class)
                .hasMessageContaining(
                        "Store is away: policy does not let bundle user request Store; try again");
        assertThat(early).as("its owner is hidden, but another may come").isNotDone();
        registration.unregister();
        assertThat(early).isNotDone();
        curtain.drawn = false;
        owner.registerService(Store.class, store, null);
        assertThat(early).isCompletedWithValue("stored");
    }

    @Test
    void aLookFailsWaitingCallsThatPolicyRefusesByThen() {
        Curtain curtain = curtain();
        boolean[] granted = {true};
        StickyServices governed =
                new StickyServices(
                        user,
                        new HandClock(),
                        Runnable::run,
                        service -> granted[0] ? Optional.empty() : Optional.of("not granted"));
        Sticky<Store> patient =
                governed.of(Store.class, Hold.of(9, Duration.ofSeconds(1)), closed::add);
        curtain.drawn = true;
        owner.registerService(Store.class, () -> CompletableFuture.completedFuture("stored"), null);
        CompletableFuture<String> waits = patient.service().store().toCompletableFuture();
        governed.lookAgain();
        assertThat(waits).isNotDone();
        granted[0] = false;
        governed.lookAgain();
        assertThat(waits).isCompletedExceptionally();
        assertThat(patient.held()).isZero();
    }

    @Test
    void ownerThatStaysIsNotLetGoByALook() throws Exception {
        List<String> events = new ArrayList<>();
        owner.registerService(
                Callable.class.getName(),
                new ServiceFactory<Callable<String>>() {
                    @Override
                    public Callable<String> getService(
                            Bundle bundle, ServiceRegistration<Callable<String>> registration) {
                        events.add("made");
                        return () -> "one";
                    }

                    @Override
                    public void ungetService(
                            Bundle bundle,
                            ServiceRegistration<Callable<String>> registration,
                            Callable<String> service) {
                        events.add("ended");
                    }
                },
                null);
        services.lookAgain();
        services.lookAgain();
        assertThat(sticky.service().call()).isEqualTo("one");
        assertThat(events).containsExactly("made");
        sticky.close();
        assertThat(events).containsExactly("made", "ended");
    }

    @Test
    void nextVersionTakesOverAndNothingOfTheLastIsKept() throws Exception {
        ServiceRegistration<?> registration = publish("owner", 0);
        ServiceReference<?> published = user.getServiceReference(StandIn.class.getName());
        StandIn<?> standIn = (StandIn<?>) user.getService(published);
        assertThat(standIn).isSameAs(sticky);
        WeakReference<Object> last = new WeakReference<>(standIn.calls());
        StickyServices next = new StickyServices(user, new HandClock(), Runnable::run);
        assertThat(next.takeOver(standIn, closed::add)).isTrue();
        assertThat(next.takeOver(standIn, closed::add)).as("once more").isFalse();
        assertThat(sticky.service().call()).isEqualTo("owner");
        services = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (last.get() != null && System.nanoTime() < deadline) {
            System.gc();
        }
        assertThat(last.get()).as("what made the calls before").isNull();
        registration.unregister();
        assertThat(sticky.present()).isFalse();
        sticky.close();
        assertThat(closed).containsExactly(sticky);
        assertThat(user.getServiceReference(StandIn.class.getName())).isNull();
        assertThat(next.takeOver(standIn, closed::add)).as("closed").isFalse();
    }

    @Test
    void onlyInterfacesHaveStandIns() {
        assertThatThrownBy(() -> services.of(String.class, Hold.of(0, Duration.ZERO), closed::add))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
