package io.armature.services;

import io.armature.boot.api.Milestone;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.services.api.Identity;
import io.armature.services.api.ServiceManager.Subscription;
import io.armature.services.hooks.GovernedServices;
import io.armature.services.hooks.HiddenLookUps;
import io.armature.services.hooks.Sight;
import io.armature.services.hooks.Visibility;
import io.armature.services.policy.Loaded;
import io.armature.services.policy.Policies;
import io.armature.services.policy.PolicyDirectories;
import io.armature.services.registry.Mode;
import io.armature.services.registry.ServiceRegistry;
import io.armature.services.sticky.Refusals;
import io.armature.services.sticky.StickyServices;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.ComponentPropertyType;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * The one registry of this device, the policies in force, and the bundles that use it. Stays while
 * nobody uses it: its state is the device's.
 */
public final class Services implements FaultSource {

    /** Settings, PID {@code io.armature.services}. */
    @ComponentPropertyType
    @ObjectClassDefinition(name = "Service manager")
    public @interface Settings {
        @AttributeDefinition(
                description =
                        "Policy refuses nothing and hides nothing; developer mode only, which the"
                                + " firmware profile declares")
        boolean permissive() default false;
    }

    private static final String CONDITION = "org.osgi.service.condition.Condition";

    private final BundleContext context;
    private final DeviceClock clock;
    private final ThreadPoolExecutor timeouts = timeouts();
    private final BundleIdentities identities = new BundleIdentities(Path.of("/proc/self"));
    private final GovernedServices governed;
    private final PolicyStand policies;
    private final ServiceRegistry registry;
    private final HiddenLookUps hidden;
    private final Map<Long, BundleCaller> callers = new ConcurrentHashMap<>();
    private final SynchronousBundleListener bundles = new Stops();

    /**
     * Reads the policies; nobody but bundles that stop is heard yet.
     *
     * @param wanted the setting {@link Settings#permissive}
     */
    public Services(BundleContext context, DeviceClock clock, DevicePaths paths, boolean wanted) {
        this.context = context;
        this.clock = clock;
        this.governed =
                new GovernedServices(
                        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext());
        boolean developer = PolicyDirectories.developerMode(paths.slot());
        this.policies =
                new PolicyStand(
                        PolicyDirectories.of(paths.root(), paths.slot(), developer),
                        PolicyStand.near(),
                        PolicyStand.users());
        if (policies.incomplete() && !booting()) {
            policies.complete(); // a boot must go on, but an update must take nobody's grants
        }
        boolean permissive = wanted && developer;
        if (wanted && !developer) {
            policies.fault(
                    "setting permissive",
                    "is ignored: the firmware profile does not declare developer mode");
        }
        this.registry =
                new ServiceRegistry(
                        clock,
                        timeouts,
                        permissive ? Mode.PERMISSIVE : Mode.ENFORCING,
                        policies.inForce().policies());
        this.hidden = new HiddenLookUps(clock, timeouts);
        context.addBundleListener(bundles);
        if (policies.incomplete()) {
            policies.completeLater(registry);
        }
    }

    private boolean booting() {
        try {
            return context.getServiceReferences(CONDITION, Milestone.STARTUP) == null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * One thread that is there only while there is something to time out. Nobody shuts it down:
     * stand-ins that outlive this version need it.
     */
    private static ThreadPoolExecutor timeouts() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        1,
                        1,
                        1,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new TimeoutThreads());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Ends what bundles hold, but for their stand-ins, which a next manager takes over. */
    void stop() {
        policies.stop();
        context.removeBundleListener(bundles);
        callers.values().forEach(BundleCaller::managerStops);
    }

    /** Owners, waiting requests and observers. */
    public ServiceRegistry registry() {
        return registry;
    }

    /** Who looked for services of the framework's registry that policy hides. */
    public HiddenLookUps hidden() {
        return hidden;
    }

    /** The policies in force now; another object after each change. */
    public Policies policies() {
        return registry.policies();
    }

    /** What the policy files in force hold, with what is wrong with them. */
    public Loaded loaded() {
        return policies.inForce();
    }

    /** Whether policy decides. */
    public Mode mode() {
        return registry.mode();
    }

    /** Who a bundle is. */
    public Identity identity(Bundle bundle) {
        return identities.of(bundle);
    }

    /** Who a bundle of that symbolic name would be. */
    public Identity identity(String symbolicName) {
        return identities.of(symbolicName);
    }

    /** What bundles see by the policies that are in force when it is asked. */
    public Sight sight() {
        return visibility();
    }

    private Visibility visibility() {
        return new Visibility(mode(), new InForce(), new Identifying());
    }

    /** What bundles would see by these policies. */
    public Sight sight(Policies decide) {
        return new Visibility(mode(), () -> decide, this::identity);
    }

    /**
     * Has a listener told of every change of policies, with those before and those after, when they
     * are in force.
     */
    public Subscription onChange(BiConsumer<Policies, Policies> listener) {
        return policies.onChange(listener);
    }

    /** Reads the policy files again and says what would come of it; changes nothing. */
    public CompletionStage<Reload> prepare() {
        return policies.prepare(registry, next -> governed.ending(sight(policies()), sight(next)));
    }

    /**
     * Reads the policy files again and puts them in force, whole or, if {@link Reload#obstacles()}
     * holds something, not at all.
     */
    public CompletionStage<Reload> reload() {
        return prepare().thenCompose(this::reload);
    }

    /** Puts in force what was prepared, unless there are obstacles. */
    public CompletionStage<Reload> reload(Reload prepared) {
        return policies.putInForce(prepared, registry);
    }

    @Override
    public List<Fault> faults() {
        return policies.faults();
    }

    /** Where time-outs are dealt with; one thread that is there only while it has work. */
    Executor timers() {
        return timeouts;
    }

    BundleCaller caller(Bundle bundle) {
        BundleCaller known = callers.get(bundle.getBundleId());
        if (known != null) {
            return known;
        }
        BundleCaller made =
                new BundleCaller(
                        identities.of(bundle), registry, standIns(bundle), registry.failures());
        BundleCaller before = callers.putIfAbsent(bundle.getBundleId(), made);
        return before == null ? made : before;
    }

    private StickyServices standIns(Bundle bundle) {
        return new StickyServices(
                bundle.getBundleContext(),
                clock,
                timeouts,
                policies.refusals(new PolicyRefusals(visibility(), bundle)));
    }

    /** A class, for linking a lambda takes longer in each boot. */
    private record PolicyRefusals(Visibility visibility, Bundle bundle) implements Refusals {
        @Override
        public Optional<String> refusal(ServiceReference<?> service) {
            return visibility.refusal(bundle, service);
        }
    }

    /**
     * Lets stand-ins see what policy shows them now; may block as owners may take long to start.
     */
    void renewStandIns() {
        callers.values().forEach(BundleCaller::policiesChanged);
    }

    // Classes, not lambdas: each boot runs these, and linking a lambda takes longer.
    private final class Stops implements SynchronousBundleListener {
        @Override
        public void bundleChanged(BundleEvent event) {
            if (event.getType() == BundleEvent.STOPPED) {
                BundleCaller caller = callers.remove(event.getBundle().getBundleId());
                if (caller != null) {
                    caller.end();
                }
            }
        }
    }

    private static final class TimeoutThreads implements ThreadFactory {
        @Override
        public Thread newThread(Runnable task) {
            return new Thread(task, "services-timeouts");
        }
    }

    private final class InForce implements Supplier<Policies> {
        @Override
        public Policies get() {
            return policies();
        }
    }

    private final class Identifying implements Function<Bundle, Identity> {
        @Override
        public Identity apply(Bundle bundle) {
            return identity(bundle);
        }
    }
}
