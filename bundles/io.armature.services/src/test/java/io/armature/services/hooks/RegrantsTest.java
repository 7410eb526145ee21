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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.util.promise.Promises;

/** Which components are activated anew when policies change. */
@Timeout(30)
class RegrantsTest {

    private static final String NAME = "Heating";

    @TempDir Path storage;
    private TestFramework framework;
    private final List<String> disabled = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    @BeforeEach
    void start() throws BundleException {
        framework = new TestFramework(storage);
        framework
                .bundle("owner")
                .registerService(
                        Runnable.class,
                        () -> {},
                        new Hashtable<>(Map.of(ServiceNames.PROPERTY, NAME)));
        framework.bundle("friend");
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

    private static ComponentDescriptionDTO description(String name, Class<?> type) {
        ReferenceDTO reference = new ReferenceDTO();
        reference.interfaceName = type.getName();
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.name = name;
        description.references = new ReferenceDTO[] {reference};
        return description;
    }

    private List<String> change(Policies before, Policies now) {
        ServiceComponentRuntime runtime =
                (ServiceComponentRuntime)
                        Proxy.newProxyInstance(
                                RegrantsTest.class.getClassLoader(),
                                new Class<?>[] {ServiceComponentRuntime.class},
                                (self, method, arguments) -> answer(method.getName(), arguments));
        return new Regrants(framework.system(), runtime).apply(visibility(before), visibility(now));
    }

    private static Visibility visibility(Policies policies) {
        return new Visibility(Mode.ENFORCING, () -> policies, TestFramework::identity);
    }

    @Test
    void onlyWhoRefersToWhatItGainsOrLosesIsActivatedAnew() {
        assertThat(change(policies(NAME, "owner", "friend"), policies(NAME, "owner", "stranger")))
                .containsExactly("friend.user", "stranger.user");
        assertThat(done)
                .containsExactly(
                        "disableComponent friend.user",
                        "enableComponent friend.user",
                        "disableComponent stranger.user",
                        "enableComponent stranger.user");
    }

    @Test
    void whatStaysAsItIsIsLeftAlone() {
        Policies same = policies(NAME, "owner", "friend");
        assertThat(change(same, same)).isEmpty();
        assertThat(done).isEmpty();
    }

    @Test
    void anOwnerThatMayNoLongerOwnIsLostToItsRequesters() {
        assertThat(change(policies(NAME, "owner", "friend"), policies(NAME, "nobody", "friend")))
                .containsExactly("friend.user");
    }

    @Test
    void aComponentThatIsDisabledStaysSo() {
        disabled.add("friend.user");
        assertThat(change(policies(NAME, "owner", "friend"), Policies.NONE)).isEmpty();
        assertThat(done).isEmpty();
    }
}
