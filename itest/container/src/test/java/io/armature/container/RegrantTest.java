package io.armature.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.util.tracker.ServiceTracker;

/** Other policies take references from what runs, and give them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class RegrantTest {

    private static final String MANAGER = "io.armature.services";
    private static final String OWNER = "com.example.heater";
    private static final String KNOB = "com.example.knob";
    private static final String LEVER = "com.example.lever";
    private static final String FILE = "etc/mojo/service_manager/policy/Heating.jsonc";
    private static final long DEADLINE_SECONDS = 30;

    @Inject private BundleContext context;
    private BundleContext system;
    private Device device;
    private BareBundle heater;
    private BareBundle knob;
    private ServiceReference<Runnable> heating;

    @Configuration
    public Option[] slot() {
        return Slot.options(Map.of(FILE, rules(LEVER)));
    }

    private static String rules(String requester) {
        return "[{\"bundle\": \""
                + OWNER
                + "\", \"own\": [\"Heating\"]},"
                + "{\"bundle\": \""
                + requester
                + "\", \"request\": [\"Heating\"]}]";
    }

    @Before
    public void start() throws Exception {
        system = context.getBundle(0).getBundleContext();
        device = new Device(context);
        device.ensureBooted();
        allow(LEVER);
        heater = new BareBundle(context, OWNER);
        heating =
                heater.context()
                        .registerService(
                                Runnable.class,
                                () -> {},
                                new Hashtable<>(Map.of("armature.service", "Heating")))
                        .getReference();
        knob =
                new BareBundle(
                        context,
                        KNOB,
                        Map.of(
                                "OSGI-INF/needs.xml", component("needs", "1..1", "static"),
                                "OSGI-INF/likes.xml", component("likes", "0..n", "dynamic")),
                        Knob.class);
    }

    @After
    public void stop() throws Exception {
        knob.uninstall();
        heater.uninstall();
    }

    private static String component(String name, String cardinality, String policy) {
        return "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='"
                + name
                + "'><implementation class='io.armature.container.Knob'/><property name='knob' value='"
                + name
                + "'/><service><provide interface='java.util.concurrent.Callable'/></service>"
                + "<reference name='heating' interface='java.lang.Runnable'"
                + " target='(armature.service=Heating)' bind='bind' unbind='unbind' cardinality='"
                + cardinality
                + "' policy='"
                + policy
                + "'/></scr:component>";
    }

    private void write(String requester) throws Exception {
        Files.writeString(Path.of(context.getProperty("armature.root"), FILE), rules(requester));
    }

    /** Writes the file and reloads, as {@code armature services reload} does. */
    private void allow(String requester) throws Exception {
        write(requester);
        ServiceReference<?> reference =
                system.getAllServiceReferences("io.armature.services.Services", null)[0];
        Object services = system.getService(reference);
        Method reload = services.getClass().getMethod("reload");
        CompletionStage<?> done = (CompletionStage<?>) reload.invoke(services);
        done.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        system.ungetService(reference);
        awaitRegrants();
    }

    /** What a change of policies asks for is done on a thread of its own. */
    private static void awaitRegrants() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("services-regrants")) {
                thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            }
        }
    }

    /** Components of that name as they come and go: how many heatings each has, or gone. */
    private final class Watched implements AutoCloseable {

        static final String GONE = "gone";

        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private final ServiceTracker<Callable<?>, Callable<?>> tracker;

        Watched(String name) throws Exception {
            tracker =
                    new ServiceTracker<>(system, system.createFilter("(knob=" + name + ")"), null) {
                        @Override
                        public Callable<?> addingService(ServiceReference<Callable<?>> reference) {
                            Callable<?> component = super.addingService(reference);
                            told.add(heatings(component));
                            return component;
                        }

                        @Override
                        public void removedService(
                                ServiceReference<Callable<?>> reference, Callable<?> component) {
                            super.removedService(reference, component);
                            told.add(GONE);
                        }
                    };
            tracker.open(true);
        }

        void expect(String what) throws InterruptedException {
            assertEquals(what, told.poll(DEADLINE_SECONDS, TimeUnit.SECONDS));
        }

        void expectNothing() {
            assertEquals(List.of(), List.copyOf(told));
        }

        @Override
        public void close() {
            tracker.close();
        }
    }

    private static String heatings(Callable<?> component) {
        try {
            return component.call().toString();
        } catch (Exception e) { // Callable's signature
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void aReloadGivesAComponentItsReferenceAndTakesItAway() throws Exception {
        try (Watched needs = new Watched("needs");
                Watched likes = new Watched("likes")) {
            likes.expect("0");
            allow(KNOB);
            needs.expect("1");
            likes.expect(Watched.GONE);
            likes.expect("1");
            allow(LEVER);
            needs.expect(Watched.GONE);
            likes.expect(Watched.GONE);
            likes.expect("0");
            assertNull(heating.getUsingBundles());
        }
    }

    @Test
    public void policyFilesThatComeWithAnUpdateOfTheManagerDoTheSame() throws Exception {
        try (Watched needs = new Watched("needs");
                Watched likes = new Watched("likes")) {
            likes.expect("0");
            write(KNOB);
            device.swap(MANAGER);
            needs.expect("1");
            likes.expect(Watched.GONE);
            likes.expect("1");
            write(LEVER);
            device.swap(MANAGER);
            needs.expect(Watched.GONE);
            likes.expect(Watched.GONE);
            likes.expect("0");
        }
    }

    @Test
    public void anUpdateOfTheManagerWithTheSamePoliciesLeavesComponentsAlone() throws Exception {
        try (Watched needs = new Watched("needs");
                Watched likes = new Watched("likes")) {
            likes.expect("0");
            allow(KNOB);
            needs.expect("1");
            likes.expect(Watched.GONE);
            likes.expect("1");
            device.swap(MANAGER);
            awaitRegrants();
            needs.expectNothing();
            likes.expectNothing();
        }
    }

    @Test
    public void aStandInOfAnEarlierManagerLosesAndGainsItsTarget() throws Exception {
        BareBundle lever = new BareBundle(context, LEVER);
        try {
            BundleContext user = lever.context();
            ServiceManager manager =
                    user.getService(user.getServiceReference(ServiceManager.class));
            Sticky<Runnable> standIn =
                    manager.sticky(Runnable.class, Hold.of(0, Duration.ofSeconds(1)));
            assertTrue(standIn.present());
            device.swap(MANAGER);
            awaitRegrants();
            assertTrue(standIn.present());
            allow(KNOB);
            assertFalse(standIn.present());
            assertNull(heating.getUsingBundles());
            assertEquals(user, lever.context()); // it was not started anew
            allow(LEVER);
            assertTrue(standIn.present());
        } finally {
            lever.uninstall();
        }
    }

    @Test
    public void codeThatGotWhatPolicyTakesAwayIsStartedAnew() throws Exception {
        BareBundle lever = new BareBundle(context, LEVER);
        BlockingQueue<Integer> events = new LinkedBlockingQueue<>();
        SynchronousBundleListener listener =
                event -> {
                    if (event.getBundle().getSymbolicName().equals(LEVER)) {
                        events.add(event.getType());
                    }
                };
        system.addBundleListener(listener);
        try {
            assertNotNull(lever.context().getService(heating));
            allow(KNOB);
            for (int type :
                    new int[] {
                        BundleEvent.STOPPING,
                        BundleEvent.STOPPED,
                        BundleEvent.STARTING,
                        BundleEvent.STARTED
                    }) {
                assertEquals(
                        Integer.valueOf(type), events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS));
            }
            assertNull(lever.context().getServiceReference(Runnable.class));
        } finally {
            system.removeBundleListener(listener);
            lever.uninstall();
        }
    }
}
