package io.armature.control.bundles;

import io.armature.control.api.Successor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a bundle that is a {@link Successor}: the new version is installed and started beside
 * the old one, prepares itself, and serves as soon as the old one has stopped. Until then nothing
 * is lost by giving up: the old one still works.
 */
final class Takeover {

    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final String SERVICES = "osgi.service";

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final ComponentWatch components;
    private final Duration patience;

    /**
     * @param patience for each of: components that work, preparation, service
     */
    Takeover(
            BundleContext context,
            FrameworkWiring wiring,
            ComponentWatch components,
            Duration patience) {
        this.context = context;
        this.wiring = wiring;
        this.components = components;
        this.patience = patience;
    }

    /**
     * How it went.
     *
     * @param bundle the one that works now
     * @param failure why that is the old one; empty if it is the new one
     * @param awayNanos from the stop of the old one until the new one served
     */
    record Outcome(Bundle bundle, Optional<String> failure, long awayNanos) {}

    /**
     * Replaces the bundle if it and the jar are made for that.
     *
     * @param working names of the bundle's components that the new one must have, too
     * @return empty if not, and nothing has changed
     */
    Optional<Outcome> run(Bundle old, Path jar, Set<String> working) throws InterruptedException {
        if (old.getState() != Bundle.ACTIVE
                || !succeeds(old)
                || wiring.getDependencyClosure(List.of(old)).size() != 1) {
            return Optional.empty();
        }
        Bundle fresh;
        try {
            fresh = install(old, jar);
        } catch (BundleException | IOException | IllegalStateException e) {
            LOG.debug("not beside the old one", e);
            return Optional.empty();
        }
        if (!succeeds(fresh)) {
            uninstall(fresh);
            return Optional.empty();
        }
        Optional<String> failure = prepare(fresh, old, working);
        if (failure.isPresent()) {
            uninstall(fresh);
            return Optional.of(
                    new Outcome(old, Optional.of(failure.get() + "; the old one works on"), 0));
        }
        long begin = System.nanoTime();
        failure = handOver(old, fresh);
        long away = System.nanoTime() - begin;
        if (failure.isPresent()) {
            uninstall(fresh);
            return Optional.of(new Outcome(old, Optional.of(back(old, failure.get())), 0));
        }
        uninstall(old);
        return Optional.of(new Outcome(fresh, Optional.empty(), away));
    }

    private static String back(Bundle old, String failure) {
        try {
            old.start(Bundle.START_ACTIVATION_POLICY);
            return failure + "; the old one works again";
        } catch (BundleException | IllegalStateException e) {
            return failure + "; going back failed: " + e.getMessage();
        }
    }

    private static boolean succeeds(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && revision.getDeclaredCapabilities(SERVICES).stream().anyMatch(Takeover::isOne);
    }

    private static boolean isOne(BundleCapability capability) {
        return capability.getAttributes().get(Constants.OBJECTCLASS)
                        instanceof Collection<?> services
                && services.contains(Successor.class.getName());
    }

    /** The same version may be there twice for this moment. */
    private Bundle install(Bundle old, Path jar) throws BundleException, IOException {
        CollisionHook beside =
                (operation, target, candidates) -> {
                    if (operation == CollisionHook.INSTALLING && target == context.getBundle()) {
                        candidates.remove(old);
                    }
                };
        FrameworkStartLevel levels =
                context.getBundle(Constants.SYSTEM_BUNDLE_ID).adapt(FrameworkStartLevel.class);
        int usual = levels.getInitialBundleStartLevel();
        ServiceRegistration<CollisionHook> hook =
                context.registerService(CollisionHook.class, beside, null);
        try (InputStream in = Files.newInputStream(jar)) {
            levels.setInitialBundleStartLevel(old.adapt(BundleStartLevel.class).getStartLevel());
            return context.installBundle(location(old), in);
        } finally {
            levels.setInitialBundleStartLevel(usual);
            hook.unregister();
        }
    }

    /** The old one's, so that going back later means the slot's jar, and yet another. */
    private static String location(Bundle old) {
        String own = old.getLocation();
        int mark = own.indexOf('#');
        return (mark < 0 ? own : own.substring(0, mark)) + "#" + System.nanoTime();
    }

    private Optional<String> prepare(Bundle fresh, Bundle old, Set<String> working)
            throws InterruptedException {
        try {
            fresh.start(Bundle.START_ACTIVATION_POLICY);
        } catch (BundleException | IllegalStateException e) {
            return Optional.of("it does not start: " + e.getMessage());
        }
        List<String> missing = components.await(fresh, working, patience);
        if (!missing.isEmpty()) {
            return Optional.of("it does not work: " + String.join("; ", missing));
        }
        return await(fresh, Successor::prepared, "is not prepared")
                .or(
                        () ->
                                ended(old)
                                        ? Optional.of("the old one has been changed")
                                        : Optional.empty());
    }

    private static boolean ended(Bundle old) {
        return old.getState() == Bundle.UNINSTALLED;
    }

    private Optional<String> handOver(Bundle old, Bundle fresh) throws InterruptedException {
        try {
            old.stop(Bundle.STOP_TRANSIENT);
        } catch (BundleException | IllegalStateException e) {
            LOG.warn("the old one did not stop well bundle={}", old.getSymbolicName(), e);
        }
        return await(fresh, Successor::serving, "does not serve");
    }

    private interface Question {
        CompletionStage<Void> of(Successor successor);
    }

    /** Waits for every successor of the bundle; says what went wrong. */
    private Optional<String> await(Bundle fresh, Question question, String what)
            throws InterruptedException {
        ServiceReference<?>[] published = fresh.getRegisteredServices();
        for (ServiceReference<?> each :
                published == null ? new ServiceReference<?>[0] : published) {
            String[] names = (String[]) each.getProperty(Constants.OBJECTCLASS);
            if (Arrays.asList(names).contains(Successor.class.getName())
                    && context.getService(each) instanceof Successor successor) {
                try {
                    question.of(successor)
                            .toCompletableFuture()
                            .get(patience.toMillis(), TimeUnit.MILLISECONDS);
                } catch (ExecutionException e) {
                    return Optional.of("it " + what + ": " + e.getCause());
                } catch (TimeoutException e) {
                    return Optional.of("it " + what + " in time");
                } finally {
                    context.ungetService(each);
                }
            }
        }
        return Optional.empty();
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException | IllegalStateException e) {
            LOG.warn("cannot be uninstalled bundle={}", bundle, e);
        }
    }
}
