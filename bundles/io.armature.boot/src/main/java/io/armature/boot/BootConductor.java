package io.armature.boot;

import io.armature.boot.api.BootControl;
import io.armature.boot.api.Phase;
import io.armature.boot.application.Application;
import io.armature.boot.application.ApplicationToken;
import io.armature.boot.components.Activations;
import io.armature.boot.components.ComponentLog;
import io.armature.boot.conductor.CallerControl;
import io.armature.boot.conductor.Conductor;
import io.armature.boot.conductor.PhaseProgress;
import io.armature.boot.conductor.ProcessControl;
import io.armature.boot.timeline.BootRecord;
import io.armature.boot.timeline.Stamps;
import io.armature.boot.timeline.Timeline;
import io.armature.control.api.ConsoleSource;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.services.spi.ServicePolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.log.LoggerFactory;
import org.slf4j.Logger;

/**
 * Wires the conductor to the framework. It refers to the device's settings, so that Configuration
 * Admin holds them before any level is raised.
 */
@Component(service = BootConductor.class, immediate = true)
public final class BootConductor {

    private static final Logger LOG = org.slf4j.LoggerFactory.getLogger(BootConductor.class);

    private final BundleContext context;
    private final DeviceClock clock;
    private final Conductor conductor;
    private final BootRecord record;
    private final Application application;
    private final BundleStamps stamps;
    private final BootOutputs outputs;
    private final WaitingFor waiting;
    private final BootView view;
    private final ThreadPoolExecutor events;
    private final ServiceRegistration<?> log;
    private final AtomicReference<ServiceReference<ServicePolicies>> policies =
            new AtomicReference<>();

    @Activate
    public BootConductor(
            @Reference DeviceClock clock,
            @Reference DevicePaths paths,
            @Reference DeviceIdentity identity,
            @Reference ServiceComponentRuntime components,
            @Reference(target = "(armature.configured=true)") FaultSource settings,
            BundleContext context) {
        this.clock = clock;
        this.context = Objects.requireNonNull(context);
        Objects.requireNonNull(settings);
        OsgiFramework framework = new OsgiFramework(context);
        record = new BootRecord(framework.facts());
        Timeline timeline = new Timeline(record);
        int launched = recordLaunch(timeline);
        application = Application.parse(context.getProperty("armature.application"));
        waiting =
                new WaitingFor(
                        record,
                        new LackingComponents(
                                components, new HiddenReferences(context, policies::get)),
                        context,
                        application.toString());
        events = serial();
        outputs = new BootOutputs(paths, record, System.getenv("ARMATURE_PHASE_PIPE"));
        conductor = conductor(framework, timeline);
        view =
                new BootView(
                        conductor::progress,
                        record,
                        timeline,
                        BootFacts.of(identity, context),
                        waiting);
        outputs.watch(conductor, view);
        stamps = new BundleStamps(conductor, timeline, launched, conductor::stop);
        context.addBundleListener(stamps);
        log =
                context.registerService(
                        LoggerFactory.class,
                        new ComponentLog(new Activations(timeline), this::booting),
                        null);
        conductor.start();
    }

    /** What was before this bundle; returns how many bundles the launcher has started. */
    private int recordLaunch(Timeline timeline) {
        return Stamps.record(
                record,
                timeline,
                context.getProperty("armature.stamps"),
                context.getProperty("armature.stamps.bundles"),
                clock.monotonicNanos());
    }

    private Conductor conductor(OsgiFramework framework, Timeline timeline) {
        return new Conductor(
                framework,
                record,
                timeline,
                clock,
                events,
                BootConductor::work,
                outputs,
                application instanceof Application.None);
    }

    private static ThreadPoolExecutor serial() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        1,
                        1,
                        5,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        work -> new Thread(work, "boot-conductor"),
                        new ThreadPoolExecutor.DiscardPolicy()); // late events of a stopped one
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** A thread for each piece of work: there are a dozen in a boot, and any may hang. */
    private static void work(Runnable work) {
        Thread thread = new Thread(work, "boot-phase");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((t, failure) -> LOG.error("boot work failed", failure));
        thread.start();
    }

    private boolean booting() {
        return !conductor.isReached(Phase.SYSTEM_SERVICES);
    }

    /** The service itself is got when somebody looks at what a boot waits for. */
    @Reference(
            service = ServicePolicies.class,
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPolicies(ServiceReference<ServicePolicies> found) {
        policies.set(found);
    }

    void unbindPolicies(ServiceReference<ServicePolicies> gone) {
        policies.compareAndSet(gone, null);
    }

    @Deactivate
    void stop() {
        context.removeBundleListener(stamps);
        log.unregister();
        conductor.stop();
        events.shutdown();
        outputs.close();
    }

    /** Announces for the application's process. */
    public boolean announce(String token) {
        return new ProcessControl(conductor, application, new ApplicationToken(record))
                .announce(token);
    }

    /** Calls back after every change, until closed. */
    ConsoleSource.Subscription observe(Runnable changed) {
        return outputs.observe(changed);
    }

    /**
     * What went wrong, what is late, and components that do not work though their phase is over.
     */
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        record.failures()
                .forEach((subject, reason) -> faults.add(new Fault("boot", subject, reason)));
        long now = clock.monotonicNanos();
        for (PhaseProgress progress : conductor.progress()) {
            long waited = now - progress.startNanos();
            boolean open = progress.startNanos() >= 0 && progress.endNanos() < 0;
            if (open && waited > Conductor.LATE.toNanos()) {
                faults.add(late(progress, waited));
            }
            for (LackingComponents.Lack lack : waiting.lacks(progress)) {
                faults.add(new Fault("boot", lack.subject(), lack.reason()));
            }
        }
        return List.copyOf(faults);
    }

    private Fault late(PhaseProgress progress, long waitedNanos) {
        return new Fault(
                "boot",
                "phase " + progress.phase().label(),
                "not done after "
                        + waitedNanos / 1_000_000_000L
                        + " s: "
                        + String.join("; ", waiting.apply(progress)));
    }

    /** What the boot looks like. */
    public BootView view() {
        return view;
    }

    Application application() {
        return application;
    }

    public Conductor conductor() {
        return conductor;
    }

    BootRecord record() {
        return record;
    }

    /** What a bundle may do. */
    BootControl control(Bundle caller) {
        return new CallerControl(conductor, caller.getSymbolicName(), application);
    }
}
