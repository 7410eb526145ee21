package io.armature.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.boot.api.Phase;
import io.armature.boot.conductor.BootObserver;
import io.armature.boot.conductor.Conductor;
import io.armature.boot.conductor.Framework;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Timeline;
import io.armature.platform.api.DeviceClock;
import io.armature.services.spi.ServicePolicies;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

class WaitingForTest {

    private final BootRecord record = new BootRecord(new ConcurrentHashMap<>());
    private final List<ComponentDescriptionDTO> components = new ArrayList<>();
    private final Map<ComponentDescriptionDTO, ComponentConfigurationDTO> instances =
            new ConcurrentHashMap<>();
    private int bundleState = Bundle.ACTIVE;
    private ServiceReference<?>[] there = new ServiceReference<?>[0];
    private ServiceReference<?>[] seen = new ServiceReference<?>[0];

    /** What policies say; null: there are none. */
    private Optional<String> policy;

    @Test
    void openTaskIsNamedUntilItIsOver() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        record.startTask("boot-services/warm-up", done);
        assertThat(reasons(Phase.BOOT_SERVICES)).containsExactly("task 'warm-up' is not finished");
        assertThat(reasons(Phase.STARTUP)).isEmpty();
    }

    @Test
    void componentAndItsMissingReferenceAreNamed() {
        ComponentDescriptionDTO spool = component("Spool");
        ReferenceDTO randomness = new ReferenceDTO();
        randomness.name = "randomness";
        randomness.interfaceName = "a.Randomness";
        spool.references = new ReferenceDTO[] {randomness};
        unsatisfied(spool, "randomness", "(kind=good)");
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly(
                        "component Spool: reference 'randomness' to a.Randomness (kind=good)"
                                + " is missing");
    }

    @Test
    void aReferenceThatPolicyHidesIsNamedAsSuch() {
        ServiceReference<?> governed =
                stub(
                        ServiceReference.class,
                        Map.of(
                                "getProperty",
                                "Heating",
                                "getBundle",
                                stub(Bundle.class, Map.of("getSymbolicName", "heater"))));
        there = new ServiceReference<?>[] {governed};
        ComponentDescriptionDTO knob = component("Knob");
        ReferenceDTO heating = new ReferenceDTO();
        heating.name = "heating";
        heating.interfaceName = "a.Heating";
        knob.references = new ReferenceDTO[] {heating};
        unsatisfied(knob, "heating", null);
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly(
                        "component Knob: reference 'heating' to a.Heating is hidden by policy:"
                                + " Heating of bundle heater (armature services explain b Heating)");
        seen = there;
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly("component Knob: reference 'heating' to a.Heating is missing");
    }

    @Test
    void whereThereIsAPolicyItIsAskedAndNobodyLooksInTheBundlesName() {
        ServiceReference<?> governed =
                stub(
                        ServiceReference.class,
                        Map.of(
                                "getProperty",
                                "Heating",
                                "getBundle",
                                stub(Bundle.class, Map.of("getSymbolicName", "heater"))));
        there = new ServiceReference<?>[] {governed};
        seen = there;
        ComponentDescriptionDTO knob = component("Knob");
        ReferenceDTO heating = new ReferenceDTO();
        heating.name = "heating";
        heating.interfaceName = "a.Heating";
        knob.references = new ReferenceDTO[] {heating};
        unsatisfied(knob, "heating", null);
        policy = Optional.of("no rule lets bundle b request Heating");
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly(
                        "component Knob: reference 'heating' to a.Heating is hidden by policy:"
                                + " Heating of bundle heater: no rule lets bundle b request Heating"
                                + " (armature services explain b Heating)");
        policy = Optional.empty();
        seen = new ServiceReference<?>[0];
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly("component Knob: reference 'heating' to a.Heating is missing");
    }

    @Test
    void componentAndItsConditionAreNamed() {
        unsatisfied(
                component("Console"),
                "osgi.ds.satisfying.condition",
                "(osgi.condition.id=armature.startup)");
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly(
                        "component Console waits for condition"
                                + " (osgi.condition.id=armature.startup)");
    }

    @Test
    void componentThatFailedIsNamedWithTheFirstLineOfItsFailure() {
        ComponentConfigurationDTO failed = new ComponentConfigurationDTO();
        failed.state = ComponentConfigurationDTO.FAILED_ACTIVATION;
        failed.failure = "java.io.IOException: disk\n\tat somewhere";
        instances.put(component("Spool"), failed);
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly("component Spool failed: java.io.IOException: disk");
    }

    @Test
    void componentsOfAFinishedPhaseThatDoNotWorkAreNamed() {
        finish(Phase.BOOT_SERVICES);
        assertThat(reasons(Phase.BOOT_SERVICES)).isEmpty();
        ComponentConfigurationDTO failed = new ComponentConfigurationDTO();
        failed.state = ComponentConfigurationDTO.FAILED_ACTIVATION;
        failed.failure = "java.io.IOException: disk";
        instances.put(component("Spool"), failed);
        unsatisfied(components.get(0), "randomness", null);
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly("component Spool: reference 'randomness' to a service is missing");
        instances.put(components.get(0), failed);
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly("component Spool failed: java.io.IOException: disk");
        assertThat(reasons(Phase.FAILSAFE)).isEmpty();
    }

    @Test
    void whatAFinishedPhaseMeansToBeOffIsNotNamed() {
        finish(Phase.BOOT_SERVICES);
        ComponentDescriptionDTO late = component("Late");
        unsatisfied(
                late,
                "osgi.ds.satisfying.condition",
                "(osgi.condition.id=armature.system-services)");
        assertThat(reasons(Phase.BOOT_SERVICES)).isEmpty();
        unsatisfied(late, "osgi.ds.satisfying.condition", "(osgi.condition.id=a.storage)");
        assertThat(reasons(Phase.BOOT_SERVICES))
                .containsExactly(
                        "component Late waits for condition (osgi.condition.id=a.storage)");
        ComponentConfigurationDTO unset = new ComponentConfigurationDTO();
        unset.state = ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION;
        instances.put(late, unset);
        assertThat(reasons(Phase.BOOT_SERVICES)).isEmpty();
        bundleState = Bundle.RESOLVED;
        assertThat(reasons(Phase.BOOT_SERVICES)).isEmpty();
    }

    @Test
    void bundleThatHangsOrLacksSomethingIsNamed() {
        bundleState = Bundle.STARTING;
        assertThat(reasons(Phase.BOOT_SERVICES)).containsExactly("bundle b is still starting");
        bundleState = Bundle.INSTALLED;
        assertThat(reasons(Phase.BOOT_SERVICES)).containsExactly("bundle b is not resolved");
    }

    @Test
    void silentApplicationIsNamed() {
        assertThat(reasons(Phase.APPLICATION))
                .containsExactly("the application (bundle a) has not announced itself");
        assertThat(reasons(Phase.SYSTEM_SERVICES))
                .containsExactly("condition armature.boot-complete is missing");
    }

    private List<String> reasons(Phase phase) {
        ServiceComponentRuntime runtime =
                stub(
                        ServiceComponentRuntime.class,
                        Map.of(
                                "getComponentDescriptionDTOs",
                                components,
                                "getComponentConfigurationDTOs",
                                List.copyOf(instances.values())));
        BundleStartLevel level =
                stub(BundleStartLevel.class, Map.of("getStartLevel", Phase.BOOT_SERVICES.level()));
        Bundle bundle =
                stub(
                        Bundle.class,
                        Map.of(
                                "getState",
                                bundleState,
                                "getSymbolicName",
                                "b",
                                "adapt",
                                level,
                                "getBundleContext",
                                stub(
                                        BundleContext.class,
                                        Map.of("getAllServiceReferences", seen))));
        Bundle system =
                stub(
                        Bundle.class,
                        Map.of(
                                "getBundleContext",
                                stub(
                                        BundleContext.class,
                                        Map.of("getAllServiceReferences", there))));
        BundleContext context =
                stub(
                        BundleContext.class,
                        Map.of(
                                "getBundles",
                                new Bundle[] {bundle},
                                "getBundle",
                                system,
                                "getService",
                                stub(
                                        ServicePolicies.class,
                                        policy == null ? Map.of() : Map.of("hidden", policy))));
        @SuppressWarnings("unchecked") // a class literal has no type argument
        ServiceReference<ServicePolicies> policies = stub(ServiceReference.class, Map.of());
        Conductor conductor =
                new Conductor(
                        stub(Framework.class, Map.of()),
                        record,
                        new Timeline(record),
                        stub(DeviceClock.class, Map.of()),
                        Runnable::run,
                        Runnable::run,
                        stub(BootObserver.class, Map.of()),
                        false);
        HiddenReferences hidden =
                new HiddenReferences(context, () -> policy == null ? null : policies);
        LackingComponents lacking = new LackingComponents(runtime, hidden);
        return new WaitingFor(record, lacking, context, "bundle a")
                .apply(conductor.progress(phase));
    }

    private void finish(Phase phase) {
        record.note(phase.label() + ":end", 1);
        record.claim(phase.milestone().orElseThrow(), 1);
    }

    private ComponentDescriptionDTO component(String name) {
        ComponentDescriptionDTO component = new ComponentDescriptionDTO();
        component.name = name;
        component.references = new ReferenceDTO[0];
        components.add(component);
        return component;
    }

    private void unsatisfied(ComponentDescriptionDTO component, String reference, String target) {
        UnsatisfiedReferenceDTO missing = new UnsatisfiedReferenceDTO();
        missing.name = reference;
        missing.target = target;
        ComponentConfigurationDTO instance = new ComponentConfigurationDTO();
        instance.state = ComponentConfigurationDTO.UNSATISFIED_REFERENCE;
        instance.unsatisfiedReferences = new UnsatisfiedReferenceDTO[] {missing};
        instances.put(component, instance);
    }

    /** Gives the same answer to every call of a method; null or false where none is set. */
    private static <T> T stub(Class<T> type, Map<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, arguments) -> {
                            if (method.getName().equals("equals")) {
                                return self == arguments[0];
                            }
                            Object answer = answers.get(method.getName());
                            if (method.getName().equals("adapt")
                                    && !((Class<?>) arguments[0]).isInstance(answer)) {
                                return null;
                            }
                            return answer == null && method.getReturnType() == boolean.class
                                    ? false
                                    : answer;
                        }));
    }
}
