package io.armature.services.sticky;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.control.api.StoppedServices;
import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceAwayException;
import io.armature.services.api.Sticky;
import io.armature.services.hooks.TestFramework;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** Which owner a stand-in calls, in a real framework. */
@Timeout(30)
class StickyServicesTest {

    @TempDir Path storage;
    private TestFramework framework;
    private BundleContext owner;
    private final List<Object> closed = new ArrayList<>();
    private Sticky<Callable<String>> sticky;

    @BeforeEach
    @SuppressWarnings({"unchecked", "rawtypes"}) // the class of a generic interface
    void start() throws BundleException {
        framework = new TestFramework(storage);
        owner = framework.bundle("owner");
        StickyServices services =
                new StickyServices(framework.bundle("user"), new HandClock(), Runnable::run);
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
        BundleContext user = framework.bundle("waiting");
        StickyServices services = new StickyServices(user, new HandClock(), Runnable::run);
        Sticky<Store> waiting =
                services.of(Store.class, Hold.of(9, Duration.ofSeconds(1)), closed::add);
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

    @Test
    void onlyInterfacesHaveStandIns() {
        StickyServices services = new StickyServices(owner, new HandClock(), Runnable::run);
        assertThatThrownBy(() -> services.of(String.class, Hold.of(0, Duration.ZERO), closed::add))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
