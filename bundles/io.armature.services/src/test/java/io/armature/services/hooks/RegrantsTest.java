package io.armature.services.hooks;

import static io.armature.services.hooks.TestFramework.policies;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.services.api.ServiceNames;
import io.armature.services.policy.Policies;
import io.armature.services.registry.Mode;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.SatisfiedReferenceDTO;
import org.osgi.util.promise.Promises;

/** Which components are activated anew when policies change. */
@Timeout(30)
class RegrantsTest {

    private static final String NAME = "Heating";

    @TempDir Path storage;
    private TestFramework framework;
    private final List<String> disabled = new ArrayList<>();
    private final List<String> bound = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private ServiceReference<Runnable> service;
    private long id;
    private Bundle friend;

    @BeforeEach
    void start() throws BundleException {
        framework = new TestFramework(storage);
        service =
                framework
                        .bundle("owner")
                        .registerService(
                                Runnable.class,
                                () -> {},
                                new Hashtable<>(Map.of(ServiceNames.PROPERTY, NAME)))
                        .getReference();
        id = (Long) service.getProperty(Constants.SERVICE_ID);
        friend = framework.bundle("friend").getBundle();
        framework.bundle("stranger");
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    /** Each bundle has a component that refers to the service, and one that does not. */
    private Object answer(String method, Object[] arguments) {
        return switch (method) {
            case "getComponentDescriptionDTOs" -> descriptions(((Bundle[]) arguments[0])[0]);
            case "getComponentConfigurationDTOs" -> configurations(name(arguments));
            case "isComponentEnabled" -> !disabled.contains(name(arguments));
            case "disableComponent", "enableComponent" -> {
                done.add(method + " " + name(arguments));
                yield Promises.resolved(null);
            }
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private static String name(Object[] arguments) {
        return ((ComponentDescriptionDTO) arguments[0]).name;
    }

    private static List<ComponentDescriptionDTO> descriptions(Bundle bundle) {
        return List.of(
                description(bundle.getSymbolicName() + ".user", Runnable.class),
                description(bundle.getSymbolicName() + ".other", Comparable.class));
    }

    /** What each has bound. */
    private List<ComponentConfigurationDTO> configurations(String component) {
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        SatisfiedReferenceDTO reference = new SatisfiedReferenceDTO();
        ServiceReferenceDTO service = new ServiceReferenceDTO();
        service.id = bound.contains(component) ? id : -1;
        reference.boundServices = new ServiceReferenceDTO[] {service};
        configuration.satisfiedReferences = new SatisfiedReferenceDTO[] {reference};
        return List.of(configuration);
    }

    private static ComponentDescriptionDTO description(String name, Class<?> type) {
        ReferenceDTO reference = new ReferenceDTO();
        reference.interfaceName = type.getName();
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.name = name;
        description.references = new ReferenceDTO[] {reference};
        return description;
    }

    private List<String> change(Policies before, Policies now) throws InterruptedException {
        return change(visibility(before), visibility(now));
    }

    private List<String> change(Sight before, Sight now) throws InterruptedException {
        ServiceComponentRuntime runtime =
                (ServiceComponentRuntime)
                        Proxy.newProxyInstance(
                                RegrantsTest.class.getClassLoader(),
                                new Class<?>[] {ServiceComponentRuntime.class},
                                (self, method, arguments) -> answer(method.getName(), arguments));
        Bundle own = framework.system().getBundle();
        return new Regrants(framework.system(), own, runtime, () -> done.add("news"))
                .apply(before, now);
    }

    private static Visibility visibility(Policies policies) {
        return new Visibility(Mode.ENFORCING, () -> policies, TestFramework::identity);
    }

    @Test
    void onlyWhoRefersToWhatItGainsOrLosesIsActivatedAnew() throws Exception {
        assertThat(change(policies(NAME, "owner", "friend"), policies(NAME, "owner", "stranger")))
                .containsExactly("friend.user", "stranger.user");
        assertThat(done)
                .containsExactly(
                        "news",
                        "disableComponent friend.user",
                        "enableComponent friend.user",
                        "disableComponent stranger.user",
                        "enableComponent stranger.user");
    }

    @Test
    void whatStaysAsItIsIsLeftAlone() throws Exception {
        Policies same = policies(NAME, "owner", "friend");
        assertThat(change(same, same)).isEmpty();
        assertThat(done).containsExactly("news");
    }

    @Test
    void anOwnerThatMayNoLongerOwnIsLostToItsRequesters() throws Exception {
        assertThat(change(policies(NAME, "owner", "friend"), policies(NAME, "nobody", "friend")))
                .containsExactly("friend.user");
    }

    @Test
    void aComponentThatIsDisabledStaysSo() throws Exception {
        disabled.add("friend.user");
        assertThat(change(policies(NAME, "owner", "friend"), Policies.NONE)).isEmpty();
        assertThat(done).containsExactly("news");
    }

    @Test
    void whoHasBeenToldOfWhatItGainsIsLeftAlone() throws Exception {
        bound.add("friend.user");
        assertThat(change(Policies.NONE, policies(NAME, "owner", "friend"))).isEmpty();
        assertThat(change(policies(NAME, "owner", "friend"), Policies.NONE))
                .as("but loses it")
                .containsExactly("friend.user");
    }

    @Test
    void aBundleWhoseCodeStillUsesWhatItHasLostIsStartedAnew() throws Exception {
        friend.getBundleContext().getService(service);
        List<Integer> states = new ArrayList<>();
        framework.system().addBundleListener(event -> states.add(event.getType()));
        disabled.add("friend.user");
        Policies granted = policies(NAME, "owner", "friend");
        assertThat(change(granted, granted)).isEmpty();
        assertThat(change(granted, Policies.NONE)).containsExactly("friend");
        assertThat(service.getUsingBundles()).isNull();
        assertThat(friend.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(change(Policies.NONE, granted)).as("nothing to end").isEmpty();
    }

    @Test
    void reloadListsTheBundlesThatUseWhatTheyWouldLose() throws Exception {
        friend.getBundleContext().getService(service);
        GovernedServices services = new GovernedServices(framework.system());
        Sight granted = visibility(policies(NAME, "owner", "friend"));
        assertThat(services.ending(granted, visibility(policies(NAME, "owner", "stranger"))))
                .containsExactly("bundle friend would no longer use Heating");
        assertThat(services.ending(granted, granted)).isEmpty();
        assertThat(services.ending(granted, visibility(policies(NAME, "other", "friend"))))
                .hasSize(1);
    }

    @Test
    void whatAGuardOfAnotherVersionShowsIsAsked() throws Exception {
        Guard old = new Guard();
        old.follow(visibility(policies(NAME, "owner", "friend")));
        StandingGuard.stand(framework.system(), old);
        Sight before = StandingGuard.sight(framework.system()).orElseThrow();
        Guard next = new Guard();
        next.follow(visibility(policies(NAME, "owner", "stranger")));
        StandingGuard.stand(framework.system(), next);
        assertThat(before.visible(friend, service)).as("also when it is gone").isTrue();
        assertThat(change(before, next.sight())).containsExactly("friend.user", "stranger.user");
    }

    @Test
    void whatAFailingGuardShowsIsNothing() {
        Sight sight =
                Sight.of(
                        (context, name, filter, all, found) -> {
                            throw new NoClassDefFoundError("of an earlier version");
                        });
        assertThat(sight.visible(friend, service)).isFalse();
    }

    @Test
    void changesThatNobodyHeardOfAreToldAsOne() {
        SightChanges changes = new SightChanges();
        Sight first = visibility(Policies.NONE);
        Sight last = visibility(Policies.NONE);
        changes.changed(first, visibility(Policies.NONE));
        changes.changed(visibility(Policies.NONE), last);
        List<Sight> told = new ArrayList<>();
        BiConsumer<Sight, Sight> listener = (before, now) -> told.addAll(List.of(before, now));
        changes.to(listener).close();
        assertThat(told).containsExactly(first, last);
        changes.to(listener);
        assertThat(told).as("nothing new").hasSize(2);
        changes.changed(last, first);
        assertThat(told).containsExactly(first, last, last, first);
    }
}
