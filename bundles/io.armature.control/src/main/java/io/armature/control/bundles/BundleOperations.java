package io.armature.control.bundles;

import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.platform.api.FailureText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes bundles, one at a time, on a thread of its own, {@code control-bundles}, which ends what
 * it has begun even when this bundle is stopped meanwhile.
 */
final class BundleOperations implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BundleOperations.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BundleContext context;
    private final Path socket;
    private final ComponentWatch components;
    private final StoppedBundles stopped;
    private final FrameworkWiring wiring;
    private final Takeover takeover;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(BundleOperations::thread);

    /**
     * @param socket the control socket, which is there as long as this bundle works
     */
    BundleOperations(BundleContext context, ServiceComponentRuntime runtime, Path socket) {
        this.socket = socket;
        this.context = context;
        this.components = new ComponentWatch(context, runtime);
        this.stopped = new StoppedBundles(context);
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_ID).adapt(FrameworkWiring.class);
        this.takeover = new Takeover(context, wiring, components, PATIENCE);
    }

    /**
     * What an operation did.
     *
     * @param awayNanos from the stop until the components worked again
     * @param missing what does not work that did before
     */
    record Result(
            String name,
            String from,
            String to,
            String state,
            long awayNanos,
            List<String> missing) {}

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "control-bundles");
        // The caller's would be this bundle's, and closed once this bundle has been replaced: the
        // component runtime, called on this thread, looks for its XML parser with it.
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    /** What callers send. */
    GivenJars given() {
        return new GivenJars(context.getDataFile("").toPath());
    }

    List<BundleList.Row> list() {
        return new BundleList(context).rows();
    }

    /** The one bundle of that name. */
    Bundle named(String name) {
        List<Bundle> found =
                Arrays.stream(context.getBundles())
                        .filter(bundle -> name.equals(bundle.getSymbolicName()))
                        .toList();
        if (found.size() != 1) {
            throw CommandFailure.usage(
                    found.isEmpty()
                            ? "no bundle is called '" + name + "'; see 'armature bundle list'"
                            : found.size() + " bundles are called '" + name + "'");
        }
        if (found.get(0).getBundleId() == Constants.SYSTEM_BUNDLE_ID) {
            throw CommandFailure.usage("the framework itself is changed by a restart only");
        }
        return found.get(0);
    }

    /** Whether changing that bundle takes this one down, too: by its classes or its services. */
    boolean carriesThis(Bundle bundle) {
        Bundle own = context.getBundle();
        return wiring.getDependencyClosure(List.of(bundle)).contains(own)
                || services(bundle)
                        .anyMatch(
                                service ->
                                        !isCommand(service)
                                                && service.getUsingBundles() != null
                                                && List.of(service.getUsingBundles())
                                                        .contains(own));
    }

    private static Stream<ServiceReference<?>> services(Bundle bundle) {
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        return services == null ? Stream.empty() : Arrays.stream(services);
    }

    private static boolean isCommand(ServiceReference<?> service) {
        return interfaces(service).contains(Command.class.getName());
    }

    private static StoppedBundles.Gone goingWith(Bundle bundle) {
        return new StoppedBundles.Gone(
                services(bundle)
                        .filter(BundleOperations::isCommand)
                        .map(service -> String.valueOf(service.getProperty(Command.NAME)))
                        .toList(),
                services(bundle)
                        .flatMap(service -> interfaces(service).stream())
                        .distinct()
                        .toList());
    }

    private static List<String> interfaces(ServiceReference<?> service) {
        return List.of((String[]) service.getProperty(Constants.OBJECTCLASS));
    }

    /** Whether that bundle is started, be it lazily. */
    static boolean runs(Bundle bundle) {
        return (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0;
    }

    Set<String> working(Bundle bundle) {
        return components.working(bundle);
    }

    /** Replaces a bundle by the jar's content; beside the old one if both are made for that. */
    Result update(Bundle bundle, Path jar) throws InterruptedException {
        String from = bundle.getVersion().toString();
        Set<String> before = components.working(bundle);
        Optional<Takeover.Outcome> taken = submit(() -> takeover.run(bundle, jar, before));
        if (taken.isPresent()) {
            return result(bundle.getSymbolicName(), from, taken.get());
        }
        return timed(
                bundle,
                () -> {
                    boolean held = stopped.holds(bundle);
                    StoppedBundles.Gone gone = stopped.goneWith(bundle);
                    Optional<String> failure =
                            new Replacement(bundle, jar, wiring, null, null).run();
                    if (held && !runs(bundle)) {
                        stopped.add(bundle, gone);
                    }
                    return failure.map(this::failed);
                });
    }

    private static Result result(String name, String from, Takeover.Outcome outcome) {
        if (outcome.failure().isPresent()) {
            throw CommandFailure.failed(name + ": " + outcome.failure().get());
        }
        return new Result(
                name,
                from,
                outcome.bundle().getVersion().toString(),
                BundleList.state(outcome.bundle()),
                outcome.awayNanos(),
                List.of());
    }

    private CommandFailure failed(String reason) {
        return CommandFailure.failed(reason);
    }

    /** Restarts a bundle and what is wired to it. */
    Result refresh(Bundle bundle) throws InterruptedException {
        return timed(
                bundle,
                () -> {
                    CountDownLatch refreshed = new CountDownLatch(1);
                    wiring.refreshBundles(List.of(bundle), event -> refreshed.countDown());
                    refreshed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                    return Optional.empty();
                });
    }

    Result start(Bundle bundle) throws InterruptedException {
        return timed(
                bundle,
                () -> {
                    boolean held = stopped.holds(bundle);
                    StoppedBundles.Gone gone = stopped.goneWith(bundle);
                    stopped.remove(bundle); // from here on they are waited for
                    try {
                        bundle.start(Bundle.START_ACTIVATION_POLICY);
                    } finally {
                        if (held && !runs(bundle)) {
                            stopped.add(bundle, gone);
                        }
                    }
                    return Optional.empty();
                });
    }

    /** Stops a bundle until it is started again or the device boots. */
    Result stop(Bundle bundle) throws InterruptedException {
        String version = bundle.getVersion().toString();
        submit(
                () -> {
                    if (!stopped.holds(bundle)) {
                        stopped.add(bundle, goingWith(bundle));
                    }
                    try {
                        bundle.stop(Bundle.STOP_TRANSIENT);
                    } catch (BundleException e) {
                        stopped.remove(bundle); // a fragment, for example
                        throw e;
                    }
                    return null;
                });
        return new Result(
                bundle.getSymbolicName(), version, version, BundleList.state(bundle), 0, List.of());
    }

    private Result timed(Bundle bundle, Callable<Optional<CommandFailure>> change)
            throws InterruptedException {
        String from = bundle.getVersion().toString();
        Set<String> before = components.working(bundle);
        long begin = System.nanoTime();
        Optional<CommandFailure> failure = submit(change);
        if (failure.isPresent()) {
            throw CommandFailure.failed(
                    bundle.getSymbolicName() + ": " + failure.get().getMessage());
        }
        return finished(bundle, from, before, begin);
    }

    /** Waits for the components that worked before and sums up. */
    Result finished(Bundle bundle, String from, Collection<String> before, long beginNanos)
            throws InterruptedException {
        List<String> missing =
                stopped.holds(bundle)
                        ? List.of() // on purpose: nothing will work again by itself
                        : components.await(bundle, before, PATIENCE);
        return new Result(
                bundle.getSymbolicName(),
                from,
                bundle.getVersion().toString(),
                BundleList.state(bundle),
                System.nanoTime() - beginNanos,
                missing);
    }

    /**
     * Begins the replacement of this bundle, or of one that takes it along, and returns at once.
     */
    void replaceThis(Bundle bundle, Path jar) {
        Path note = note();
        try {
            Files.deleteIfExists(note);
        } catch (IOException e) {
            throw CommandFailure.failed("the update cannot be prepared: " + FailureText.of(e));
        }
        Replacement replacement = new Replacement(bundle, jar, wiring, note, socket);
        execute(replacement::run);
    }

    /** Why the last replacement of this bundle failed, if it did; asked by the new one. */
    Optional<String> replacementFailure() throws IOException {
        Path note = note();
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        String outcome = Files.readString(note);
        Files.delete(note);
        return Optional.of(outcome);
    }

    private Path note() {
        return context.getDataFile("replacement").toPath();
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            throw stopping(e);
        }
    }

    private <T> T submit(Callable<T> task) throws InterruptedException {
        try {
            return executor.submit(task).get();
        } catch (RejectedExecutionException e) {
            throw stopping(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BundleException cause) {
                throw CommandFailure.failed(String.valueOf(cause.getMessage()));
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static CommandFailure stopping(RejectedExecutionException e) {
        LOG.debug("command came too late", e);
        return CommandFailure.failed("the control bundle is being replaced; run it again");
    }

    /** Takes no more work; what has begun is ended. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
