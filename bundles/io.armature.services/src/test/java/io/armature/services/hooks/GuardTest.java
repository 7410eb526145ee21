package io.armature.services.hooks;

import static io.armature.services.hooks.TestFramework.policies;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.testing.HandClock;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceNames;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;

/** Who sees governed services and their events, in a real framework. */
@Timeout(30)
class GuardTest {

    private static final String NAME = "Heating";

    @TempDir Path storage;
    private TestFramework framework;
    private BundleContext owner;
    private BundleContext friend;
    private BundleContext stranger;
    private final List<Integer> friendSaw = new ArrayList<>();
    private final List<Integer> strangerSaw = new ArrayList<>();

    @BeforeEach
    void start() throws BundleException {
        framework = new TestFramework(storage);
        owner = framework.bundle("owner");
        friend = framework.bundle("friend");
        stranger = framework.bundle("stranger");
        friend.addServiceListener(event -> friendSaw.add(event.getType()));
        stranger.addServiceListener(event -> strangerSaw.add(event.getType()));
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    private Guard stand(Visibility visibility) {
        Guard guard = new Guard();
        guard.follow(visibility);
        stand(guard);
        return guard;
    }

    private void stand(Guard guard) {
        StandingGuard.stand(framework.system(), guard);
        friendSaw.clear();
        strangerSaw.clear();
    }

    private static Visibility enforcing(Policies policies) {
        return new Visibility(Mode.ENFORCING, () -> policies, TestFramework::identity);
    }

    private static ServiceRegistration<?> publish(BundleContext owner, Object name) {
        Dictionary<String, Object> properties = new Hashtable<>();
        if (name != null) {
            properties.put(ServiceNames.PROPERTY, name);
        }
        return owner.registerService(Runnable.class, () -> {}, properties);
    }

    private static boolean sees(BundleContext context) {
        return context.getServiceReference(Runnable.class) != null;
    }

    @Test
    void whoMayNotRequestFindsNothingAndHearsNothing() {
        stand(enforcing(policies(NAME, "owner", "friend")));
        ServiceRegistration<?> service = publish(owner, NAME);
        assertThat(sees(friend)).isTrue();
        assertThat(sees(owner)).as("its own").isTrue();
        assertThat(sees(stranger)).isFalse();
        Dictionary<String, Object> more = new Hashtable<>();
        more.put(ServiceNames.PROPERTY, NAME);
        more.put("colour", "red");
        service.setProperties(more);
        service.unregister();
        assertThat(friendSaw)
                .containsExactly(
                        ServiceEvent.REGISTERED, ServiceEvent.MODIFIED, ServiceEvent.UNREGISTERING);
        assertThat(strangerSaw).isEmpty();
    }

    @Test
    void lookUpsAndRegistrationsThatAreHiddenAreCounted() throws Exception {
        HiddenLookUps lookUps = new HiddenLookUps(new HandClock(), Runnable::run);
        stand(enforcing(policies(NAME, "owner", "friend"))).tell(lookUps);
        String type = "(objectClass=" + Runnable.class.getName() + ")";
        stranger.addServiceListener(event -> {}, type);
        friend.addServiceListener(event -> {}, type);
        publish(owner, NAME);
        assertThat(sees(friend)).isTrue();
        assertThat(lookUps.list())
                .as("a registration that it was not told of")
                .extracting(HiddenLookUps.Line::count)
                .containsExactly(1L);
        assertThat(sees(stranger)).isFalse();
        assertThat(stranger.getServiceReferences((String) null, type)).isNull();
        stranger.getServiceReferences((String) null, null); // whatever there is
        assertThat(lookUps.list()).hasSize(1);
        HiddenLookUps.Line line = lookUps.list().get(0);
        assertThat(line.bundle()).isEqualTo("stranger");
        assertThat(line.service()).isEqualTo(NAME);
        assertThat(line.count()).isEqualTo(3);
    }

    @Test
    void whoWaitsForSomethingElseIsNotCounted() throws Exception {
        HiddenLookUps lookUps = new HiddenLookUps(new HandClock(), Runnable::run);
        stand(enforcing(policies(NAME, "owner", "friend"))).tell(lookUps);
        String type = "(objectClass=" + Runnable.class.getName() + ")";
        stranger.addServiceListener(event -> {}, "(objectClass=java.util.List)");
        stranger.addServiceListener(event -> {}, "(colour=red)");
        stranger.addServiceListener(event -> {}, "(&" + type + "(colour=red))");
        publish(owner, NAME);
        assertThat(lookUps.list()).isEmpty();
        stranger.addServiceListener(event -> {}, "(" + ServiceNames.PROPERTY + "=*)");
        publish(owner, NAME);
        assertThat(lookUps.list()).extracting(HiddenLookUps.Line::count).containsExactly(1L);
    }

    @Test
    void failureToCountChangesNoDecision() {
        HiddenLookUps broken =
                new HiddenLookUps(
                        new HandClock(),
                        task -> {
                            throw new IllegalStateException("for the test");
                        });
        broken.onChange(() -> {});
        stand(enforcing(policies(NAME, "owner", "friend"))).tell(broken);
        publish(owner, NAME);
        assertThat(sees(stranger)).isFalse();
        assertThat(sees(friend)).isTrue();
    }

    @Test
    void noWayToLookUpLeadsAround() throws Exception {
        stand(enforcing(policies(NAME, "owner", "friend")));
        publish(owner, NAME);
        assertThat(stranger.getServiceReferences(Runnable.class, null)).isEmpty();
        assertThat(stranger.getServiceReferences(Runnable.class.getName(), null)).isNull();
        assertThat(stranger.getAllServiceReferences(Runnable.class.getName(), null)).isNull();
        assertThat(stranger.getServiceReference(Runnable.class.getName())).isNull();
        assertThat(
                        stranger.getAllServiceReferences(
                                null, "(" + ServiceNames.PROPERTY + "=" + NAME + ")"))
                .isNull();
    }

    @Test
    void anOrdinaryServiceIsEverybodys() {
        stand(enforcing(Policies.NONE));
        publish(owner, null);
        assertThat(sees(stranger)).isTrue();
        assertThat(strangerSaw).containsExactly(ServiceEvent.REGISTERED);
    }

    @Test
    void theSystemBundleSeesAll() {
        stand(enforcing(Policies.NONE));
        publish(owner, NAME);
        assertThat(sees(framework.system())).isTrue();
    }

    @Test
    void aServiceThatNoPolicyNamesIsHidden() {
        stand(enforcing(policies("Cooling", "owner", "friend")));
        publish(owner, NAME);
        assertThat(sees(friend)).isFalse();
    }

    @Test
    void aServiceOfOneWhoMayNotOwnItIsHiddenFromItsRequesters() {
        stand(enforcing(policies(NAME, "owner", "friend")));
        publish(stranger, NAME);
        assertThat(sees(friend)).isFalse();
        assertThat(friendSaw).isEmpty();
        assertThat(sees(stranger)).as("its own").isTrue();
    }

    @Test
    void aNameThatIsNoTextIsHidden() {
        stand(enforcing(policies(NAME, "owner", "friend")));
        publish(owner, new String[] {NAME});
        assertThat(sees(friend)).isFalse();
    }

    @Test
    void whoMayNotRequestIsRefusedWhoeverOwnsIt() {
        Visibility visibility = enforcing(policies(NAME, "owner", "friend"));
        ServiceReference<?> rightful = publish(owner, NAME).getReference();
        ServiceReference<?> impostor = publish(stranger, NAME).getReference();
        ServiceReference<?> free = publish(stranger, null).getReference();
        for (ServiceReference<?> reference : List.of(rightful, impostor)) {
            assertThat(visibility.refusal(friend.getBundle(), reference)).isEmpty();
        }
        assertThat(visibility.refusal(stranger.getBundle(), rightful))
                .hasValue("policy does not let bundle stranger request " + NAME);
        assertThat(visibility.refusal(stranger.getBundle(), impostor)).as("its own").isEmpty();
        assertThat(visibility.refusal(owner.getBundle(), free)).as("not governed").isEmpty();
        assertThat(
                        new Visibility(
                                        Mode.PERMISSIVE,
                                        () -> Policies.NONE,
                                        TestFramework::identity)
                                .refusal(stranger.getBundle(), rightful))
                .isEmpty();
    }

    @Test
    void nothingIsHiddenInPermissiveMode() {
        stand(new Visibility(Mode.PERMISSIVE, () -> Policies.NONE, TestFramework::identity));
        publish(owner, NAME);
        assertThat(sees(stranger)).isTrue();
        assertThat(strangerSaw).containsExactly(ServiceEvent.REGISTERED);
    }

    @Test
    void beforePoliciesAreKnownGovernedServicesAreHidden() {
        Guard guard = new Guard();
        stand(guard);
        publish(owner, NAME);
        publish(owner, null).unregister();
        assertThat(sees(friend)).isFalse();
        assertThat(sees(owner)).isTrue();
        assertThat(sees(framework.system())).isTrue();
        assertThat(friendSaw)
                .as("of the ordinary service")
                .containsExactly(ServiceEvent.REGISTERED, ServiceEvent.UNREGISTERING);
        guard.follow(enforcing(policies(NAME, "owner", "friend")));
        assertThat(sees(friend)).isTrue();
    }

    @Test
    void policiesThatThrowHide() {
        Supplier<Policies> broken =
                () -> {
                    throw new IllegalStateException("broken");
                };
        stand(new Visibility(Mode.ENFORCING, broken, TestFramework::identity));
        publish(owner, NAME);
        publish(owner, null);
        assertThat(friend.getServiceReference(Runnable.class).getProperty(ServiceNames.PROPERTY))
                .as("only the ordinary one is seen")
                .isNull();
        assertThat(friendSaw).containsExactly(ServiceEvent.REGISTERED);
    }

    @Test
    void classesThatAreGoneHide() {
        Function<Bundle, Identity> gone =
                bundle -> {
                    throw new NoClassDefFoundError("gone");
                };
        Policies policies = policies(NAME, "owner", "friend");
        stand(new Visibility(Mode.ENFORCING, () -> policies, gone));
        publish(owner, NAME);
        assertThat(sees(friend)).isFalse();
        assertThat(friendSaw).isEmpty();
    }

    @Test
    void anotherGuardTakesTheFirstOnesPlaceWithoutAGap() throws Exception {
        stand(enforcing(Policies.NONE));
        publish(owner, NAME);
        assertThat(sees(friend)).isFalse();
        stand(enforcing(policies(NAME, "owner", "friend")));
        assertThat(sees(friend)).isTrue();
        assertThat(count(FindHook.class)).isEqualTo(1);
        assertThat(count(EventListenerHook.class)).isEqualTo(1);
        assertThat(count(AutoCloseable.class)).isEqualTo(1);
    }

    private int count(Class<?> type) throws Exception {
        ServiceReference<?>[] all =
                framework.system().getAllServiceReferences(type.getName(), null);
        return all == null ? 0 : all.length;
    }

    @Test
    void onlyAGuardThatStandsIsSaidToStand() {
        assertThat(StandingGuard.stands(framework.system())).isFalse();
        stand(new Guard());
        assertThat(StandingGuard.stands(framework.system())).isTrue();
    }
}
