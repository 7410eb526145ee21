package io.armature.container;

import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import io.armature.control.api.ConsoleSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The device under test, seen from within. */
final class Device {

    static final String CONDUCTOR = "io.armature.boot";

    private static final String CONDITION = "org.osgi.service.condition.Condition";
    private static final long DEADLINE_SECONDS = 30;

    private final BundleContext context;

    Device(BundleContext context) {
        // Policy hides governed services from the tests' own bundle.
        this.context = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
    }

    /** Starts the conductor and waits for the last phase; gives the milestones as they came. */
    List<String> boot() throws Exception {
        List<String> milestones = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        ServiceListener listener =
                event -> {
                    Object id = event.getServiceReference().getProperty("osgi.condition.id");
                    if (event.getType() == ServiceEvent.REGISTERED) {
                        milestones.add(id.toString());
                        if (id.equals("armature.system-services")) {
                            done.countDown();
                        }
                    }
                };
        context.addServiceListener(
                listener, "(&(objectClass=" + CONDITION + ")(osgi.condition.id=armature.*))");
        bundle(CONDUCTOR).start(Bundle.START_ACTIVATION_POLICY);
        assertTrue(
                "system-services within the deadline, there were " + milestones,
                done.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
        return milestones;
    }

    /** Boots unless an earlier test of the class did. */
    void ensureBooted() throws Exception {
        if (!conditions().containsKey("armature.system-services")) {
            boot();
        }
    }

    Bundle bundle(String name) {
        for (Bundle bundle : context.getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError(name + " is not installed");
    }

    /** The lock's bundles: levels by symbolic name. */
    Map<String, Integer> locked() throws IOException {
        Map<String, Integer> locked = new LinkedHashMap<>();
        for (String line : Files.readAllLines(slot().resolve("lock"))) {
            String[] fields = line.split(" ", -1);
            if (fields[0].equals("bundle")) {
                locked.put(fields[3], Integer.valueOf(fields[1]));
            }
        }
        return locked;
    }

    /** Installed from the slot, by symbolic name. */
    SortedMap<String, Bundle> installed() {
        SortedMap<String, Bundle> installed = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getLocation().startsWith("reference:file:" + slot())) {
                installed.put(bundle.getSymbolicName(), bundle);
            }
        }
        return installed;
    }

    private Path slot() {
        return Path.of(context.getProperty("armature.slot"));
    }

    /** Milestones with the ids of their services. */
    SortedMap<String, Long> conditions() throws InvalidSyntaxException {
        SortedMap<String, Long> conditions = new TreeMap<>();
        for (ServiceReference<?> condition :
                references(CONDITION, "(osgi.condition.id=armature.*)")) {
            conditions.put(condition.getProperty("osgi.condition.id").toString(), id(condition));
        }
        return conditions;
    }

    /** The id of the only service of that type; it changes when its owner is activated anew. */
    long serviceId(String type) throws InvalidSyntaxException {
        List<ServiceReference<?>> references = references(type, null);
        assertTrue(type + ": one expected, not " + references, references.size() == 1);
        return id(references.get(0));
    }

    /** Ids of the services that a bundle registered. */
    Set<Long> servicesOf(String name) {
        Set<Long> ids = new TreeSet<>();
        ServiceReference<?>[] references = bundle(name).getRegisteredServices();
        assertNotNull(name + " registers services", references);
        for (ServiceReference<?> reference : references) {
            ids.add(id(reference));
        }
        return ids;
    }

    private List<ServiceReference<?>> references(String type, String filter)
            throws InvalidSyntaxException {
        ServiceReference<?>[] references = context.getAllServiceReferences(type, filter);
        return references == null ? List.of() : new ArrayList<>(List.of(references));
    }

    private static long id(ServiceReference<?> reference) {
        return (Long) reference.getProperty(Constants.SERVICE_ID);
    }

    /** The service, as soon as there is one. */
    <T> T await(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open(true); // also what the system bundle cannot be wired to
        try {
            T service = tracker.waitForService(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            assertNotNull(type + " within the deadline", service);
            return service;
        } finally {
            tracker.close();
        }
    }

    /** Waits until the milestone is published. */
    void awaitCondition(String id) throws InterruptedException, InvalidSyntaxException {
        Filter filter =
                context.createFilter(
                        "(&(objectClass=" + CONDITION + ")(osgi.condition.id=" + id + "))");
        ServiceTracker<Object, Object> tracker = new ServiceTracker<>(context, filter, null);
        tracker.open(true); // also what the system bundle cannot be wired to
        try {
            assertNotNull(
                    id + " within the deadline",
                    tracker.waitForService(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS)));
        } finally {
            tracker.close();
        }
    }

    /** What {@code armature boot timeline --json} prints. */
    String timeline() throws InvalidSyntaxException {
        for (ServiceReference<?> reference : references(ConsoleSource.class.getName(), null)) {
            Object service = context.getService(reference);
            if (service instanceof ConsoleSource source && source.name().equals("boot")) {
                return source.snapshot();
            }
        }
        throw new AssertionError("no source 'boot'");
    }

    /** Stops, updates from the slot and starts, as {@code armature bundle update} does. */
    void swap(String name) throws BundleException, IOException {
        Bundle bundle = bundle(name);
        Path jar = Path.of(bundle.getLocation().substring("reference:file:".length()));
        bundle.stop(Bundle.STOP_TRANSIENT);
        try (InputStream in = Files.newInputStream(jar)) {
            bundle.update(in);
        }
        bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
    }
}
