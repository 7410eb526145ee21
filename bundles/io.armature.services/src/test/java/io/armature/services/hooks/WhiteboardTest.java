package io.armature.services.hooks;

import static io.armature.services.hooks.TestFramework.policies;
import static io.armature.services.registry.Callers.pipe;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.CloseReason;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceEvent;
import io.armature.services.api.ServiceManager.Registration;
import io.armature.services.api.ServiceNames;
import io.armature.services.api.ServiceProvider;
import io.armature.services.policy.Policies;
import io.armature.services.registry.LocalPipe;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.registry.ServiceView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

/** Services that carry a governed name become owners, in a real framework. */
@Timeout(30)
class WhiteboardTest {

    private static final String NAME = "Heating";

    @TempDir Path storage;
    private final HandClock clock = new HandClock();
    private TestFramework framework;
    private BundleContext owner;
    private BundleContext friend;
    private BundleContext stranger;
    private ServiceRegistry registry;
    private Whiteboard whiteboard;
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void start() throws BundleException {
        framework = new TestFramework(storage);
        BundleContext own = framework.bundle("services");
        owner = framework.bundle("owner");
        friend = framework.bundle("friend");
        stranger = framework.bundle("stranger");
        registry =
                new ServiceRegistry(
                        clock, Runnable::run, Mode.ENFORCING, policies(NAME, "owner", "friend"));
        registry.observe(
                identity(friend), event -> events.add(event.type() + " by " + event.dispatcher()));
        whiteboard =
                new Whiteboard(
                        own,
                        (bundle, name, provider) ->
                                registry.register(TestFramework.identity(bundle), name, provider),
                        clock,
                        Runnable::run);
    }

    @AfterEach
    void stop() throws Exception {
        whiteboard.close();
        framework.close();
    }

    private static Identity identity(BundleContext bundle) {
        return TestFramework.identity(bundle.getBundle());
    }

    private static <S> ServiceRegistration<S> publish(
            BundleContext bundle, Class<S> type, Object name, S object) {
        return bundle.registerService(type, object, properties(name, 0));
    }

    private static Dictionary<String, Object> properties(Object name, int ranking) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ServiceNames.PROPERTY, name);
        properties.put(Constants.SERVICE_RANKING, ranking);
        return properties;
    }

    private Optional<Identity> ownerOf(String name) {
        return registry.services().toCompletableFuture().join().stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .flatMap(ServiceView::owner);
    }

    private CloseReason request(LocalPipe pipe) {
        registry.request(identity(friend), NAME, Optional.empty(), pipe.far());
        return pipe.near().closed().toCompletableFuture().getNow(null);
    }

    @Test
    void aServiceIsRegisteredInItsBundlesNameAsLongAsItIsPublished() {
        whiteboard.open();
        ServiceRegistration<Runnable> service = publish(owner, Runnable.class, NAME, () -> {});
        assertThat(ownerOf(NAME)).contains(identity(owner));
        service.unregister();
        assertThat(ownerOf(NAME)).isEmpty();
        assertThat(events)
                .containsExactly(
                        ServiceEvent.Type.REGISTERED + " by bundle owner",
                        ServiceEvent.Type.UNREGISTERED + " by bundle owner");
    }

    @Test
    void whatIsPublishedAlreadyIsRegisteredToo() {
        publish(owner, Runnable.class, NAME, () -> {});
        whiteboard.open();
        assertThat(ownerOf(NAME)).contains(identity(owner));
    }

    @Test
    void aProviderGetsPipesAndWhoAsks() {
        List<Identity> clients = new ArrayList<>();
        whiteboard.open();
        publish(owner, ServiceProvider.class, NAME, (client, pipe) -> clients.add(client));
        assertThat(request(pipe())).isNull();
        assertThat(clients).containsExactly(identity(friend));
    }

    @Test
    void aRequestThatWaitedIsHandedOver() {
        List<Identity> clients = new ArrayList<>();
        whiteboard.open();
        request(pipe());
        publish(owner, ServiceProvider.class, NAME, (client, pipe) -> clients.add(client));
        assertThat(clients).containsExactly(identity(friend));
    }

    @Test
    void anotherObjectTakesNoPipes() {
        whiteboard.open();
        publish(owner, Runnable.class, NAME, () -> {});
        CloseReason reason = request(pipe());
        assertThat(reason.code()).isEqualTo(1);
        assertThat(reason.text()).contains("takes no pipes");
    }

    @Test
    void anObjectIsMadeOnlyWhenAPipeComesAndOnlyOnce() {
        List<Bundle> users = new ArrayList<>();
        whiteboard.open();
        owner.registerService(
                ServiceProvider.class.getName(),
                new ServiceFactory<ServiceProvider>() {
                    @Override
                    public ServiceProvider getService(
                            Bundle user, ServiceRegistration<ServiceProvider> registration) {
                        users.add(user);
                        return (client, pipe) -> {};
                    }

                    @Override
                    public void ungetService(
                            Bundle user,
                            ServiceRegistration<ServiceProvider> registration,
                            ServiceProvider service) {}
                },
                properties(NAME, 0));
        assertThat(users).isEmpty();
        request(pipe());
        request(pipe());
        assertThat(users).hasSize(1);
    }

    @Test
    void whoMayNotOwnItStaysOut() {
        whiteboard.open();
        publish(stranger, Runnable.class, NAME, () -> {});
        publish(owner, Runnable.class, "Unknown", () -> {});
        publish(owner, Runnable.class, new String[] {NAME}, () -> {});
        publish(owner, Runnable.class, "", () -> {});
        assertThat(ownerOf(NAME)).isEmpty();
        assertThat(ownerOf("Unknown")).isEmpty();
    }

    @Test
    void whoMayNotOwnItKeepsNobodyOut() {
        whiteboard.open();
        stranger.registerService(Runnable.class, () -> {}, properties(NAME, 5));
        publish(owner, Runnable.class, NAME, () -> {});
        assertThat(ownerOf(NAME)).contains(identity(owner));
    }

    @Test
    void theFirstStaysAndTheNextFollows() {
        whiteboard.open();
        ServiceRegistration<Runnable> first = publish(owner, Runnable.class, NAME, () -> {});
        ServiceRegistration<Runnable> second =
                owner.registerService(Runnable.class, () -> {}, properties(NAME, 9));
        assertThat(events).hasSize(1);
        first.unregister();
        assertThat(ownerOf(NAME)).contains(identity(owner));
        assertThat(events).hasSize(3);
        second.unregister();
        assertThat(ownerOf(NAME)).isEmpty();
    }

    @Test
    void aNameThatAnotherHoldsIsTriedAgainWithGrowingPauses() {
        Registration other = registry.register(identity(owner), NAME, (client, pipe) -> {});
        whiteboard.open();
        publish(owner, Runnable.class, NAME, () -> {});
        clock.advance(Duration.ofMillis(100));
        other.close();
        assertThat(ownerOf(NAME)).isEmpty();
        clock.advance(Duration.ofMillis(199));
        assertThat(ownerOf(NAME)).as("the second pause is longer").isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(ownerOf(NAME)).contains(identity(owner));
    }

    @Test
    void anotherNameIsAnotherRegistration() {
        whiteboard.open();
        ServiceRegistration<Runnable> service = publish(owner, Runnable.class, NAME, () -> {});
        service.setProperties(properties(NAME, 3));
        assertThat(events).as("the name is the same").hasSize(1);
        service.setProperties(properties("Other", 0));
        assertThat(ownerOf(NAME)).isEmpty();
        service.setProperties(properties(NAME, 0));
        assertThat(ownerOf(NAME)).contains(identity(owner));
    }

    @Test
    void aRankingThatChangesDecidesWhoFollowsAndKeepsNobody() {
        whiteboard.open();
        List<ServiceRegistration<Runnable>> services = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            services.add(publish(owner, Runnable.class, NAME, () -> {}));
        }
        for (int i = 0; i < 5; i++) {
            services.get(i).setProperties(properties(NAME, i % 2 == 0 ? i : -i));
        }
        assertThat(events).as("the first stays").hasSize(1);
        services.forEach(ServiceRegistration::unregister);
        assertThat(ownerOf(NAME)).isEmpty();
    }

    @Test
    void otherPoliciesDecideAnew() {
        whiteboard.open();
        publish(stranger, Runnable.class, NAME, () -> {});
        replace(policies(NAME, "stranger", "friend"));
        assertThat(ownerOf(NAME)).contains(identity(stranger));
        replace(policies(NAME, "owner", "friend"));
        assertThat(ownerOf(NAME)).isEmpty();
        replace(policies(NAME, "stranger", "friend"));
        assertThat(ownerOf(NAME)).contains(identity(stranger));
    }

    private void replace(Policies policies) {
        registry.replacePolicies(policies);
        whiteboard.policiesChanged();
    }

    @Test
    void closingEndsAllAndRegistersNothingMore() {
        whiteboard.open();
        publish(owner, Runnable.class, NAME, () -> {});
        publish(owner, Runnable.class, NAME, () -> {});
        whiteboard.close();
        assertThat(ownerOf(NAME)).isEmpty();
        assertThat(events).hasSize(2);
    }
}
