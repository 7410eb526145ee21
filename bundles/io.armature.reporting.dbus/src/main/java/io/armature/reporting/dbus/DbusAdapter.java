package io.armature.reporting.dbus;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Successor;
import io.armature.dbus.wire.link.Loop;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import io.armature.services.api.UsesService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool on the message bus. It stays while the spool comes and goes, and hands the name over to
 * a newer version of its own bundle without a moment in which nobody has it.
 */
@Component(
        service = {FaultSource.class, Successor.class},
        immediate = true,
        configurationPid = "io.armature.reporting.dbus")
@Designate(ocd = DbusSettings.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
@UsesService(name = "Reporting")
public final class DbusAdapter implements FaultSource, Successor {

    private static final Logger LOG = LoggerFactory.getLogger(DbusAdapter.class);
    private static final Path USERS = Path.of("/etc/passwd");

    private final Loop loop = new Loop("dbus-reporting");
    private final AtomicReference<ServiceManager> services = new AtomicReference<>();
    private final CompletableFuture<Void> prepared = new CompletableFuture<>();
    private final CompletableFuture<Void> serving = new CompletableFuture<>();
    private final DbusSettings settings;

    // Written by the loop's thread.
    private volatile Optional<Adapter> adapter = Optional.empty();
    private volatile List<Fault> refused = List.of();
    private volatile Optional<Sticky<Reporting>> reporting = Optional.empty();
    private volatile boolean seen;

    /** All else is done on the thread of the connection: nothing at the boot waits for it. */
    @Activate
    public DbusAdapter(
            @Reference DeviceClock clock, @Reference Randomness randomness, DbusSettings settings) {
        this.settings = settings;
        loop.execute(() -> open(clock, randomness));
    }

    private void open(DeviceClock clock, Randomness randomness) {
        try {
            Adapter opened = new Adapter(loop, settings, USERS, clock, randomness, this::reporting);
            adapter = Optional.of(opened);
            opened.prepared().thenRun(() -> prepared.complete(null));
            opened.serving().thenRun(() -> serving.complete(null));
            opened.start();
        } catch (IllegalArgumentException e) {
            LOG.warn("not on the bus reason=\"{}\"", e.getMessage());
            refused = List.of(new Fault("reporting.dbus", "settings", e.getMessage()));
            prepared.complete(null);
            serving.complete(null);
        }
    }

    /**
     * A manager has come. The stand-in of the first one is kept: it holds calls while the spool is
     * replaced, and the next manager takes it over.
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServices(ServiceManager manager) {
        services.set(manager);
        loop.execute(this::standIn);
    }

    /** A manager has gone; the stand-in stays. */
    void unbindServices(ServiceManager manager) {
        services.compareAndSet(manager, null);
    }

    private void standIn() {
        ServiceManager manager = services.get();
        if (reporting.isEmpty() && manager != null) {
            reporting = Optional.of(manager.sticky(Reporting.class, hold(settings)));
        }
    }

    /** A spool that says UNAVAILABLE while it goes has stored and changed nothing. */
    private static Hold hold(DbusSettings settings) {
        return new Hold(
                settings.held_calls(),
                Duration.ofMillis(settings.hold_limit_ms()),
                sentence -> ReportingException.unavailable("Storage unavailable"),
                ReportingException::isUnavailable);
    }

    /** Empty until there was a spool once. */
    private Optional<Reporting> reporting() {
        if (!seen && !reporting.map(Sticky::present).orElse(false)) {
            return Optional.empty();
        }
        seen = true;
        return reporting.map(Sticky::service);
    }

    @Deactivate
    void stop() {
        CompletableFuture.runAsync(() -> {}, loop).join(); // what was begun is there
        boolean nobodyAnswers = !reporting.map(Sticky::present).orElse(false);
        adapter.ifPresent(running -> running.leave(nobodyAnswers));
        reporting.ifPresent(Sticky::close); // fails what is held
        adapter.ifPresentOrElse(Adapter::close, loop::close);
    }

    @Override
    public List<Fault> faults() {
        return adapter.map(Adapter::faults).orElse(refused);
    }

    @Override
    public CompletionStage<Void> prepared() {
        return prepared;
    }

    @Override
    public CompletionStage<Void> serving() {
        return serving;
    }
}
