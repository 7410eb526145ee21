package io.armature.reporting.dbus;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Successor;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.Randomness;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
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

    private final AtomicReference<Sticky<Reporting>> reporting = new AtomicReference<>();
    private final Optional<Adapter> adapter;
    private final List<Fault> refused;
    private final Hold hold;
    private volatile boolean seen;

    @Activate
    public DbusAdapter(
            @Reference DeviceClock clock, @Reference Randomness randomness, DbusSettings settings) {
        this.hold = hold(settings);
        Optional<Adapter> checked = Optional.empty();
        List<Fault> faults = List.of();
        try {
            checked = Optional.of(new Adapter(settings, USERS, clock, randomness, this::reporting));
        } catch (IllegalArgumentException e) {
            LOG.warn("not on the bus reason=\"{}\"", e.getMessage());
            faults = List.of(new Fault("reporting.dbus", "settings", e.getMessage()));
        }
        this.adapter = checked;
        this.refused = faults;
        adapter.ifPresent(Adapter::start);
    }

    /**
     * A manager has come. The stand-in of the first one is kept: it holds calls while the spool is
     * replaced, and the next manager takes it over.
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServices(ServiceManager services) {
        if (reporting.get() == null) {
            reporting.set(services.sticky(Reporting.class, hold));
        }
    }

    /** A manager has gone. */
    void unbindServices(ServiceManager services) {
        // the stand-in stays
    }

    /** A spool that says UNAVAILABLE while it goes has stored and changed nothing. */
    static Hold hold(DbusSettings settings) {
        return new Hold(
                settings.held_calls(),
                Duration.ofMillis(settings.hold_limit_ms()),
                sentence -> new ReportingException(StatusCode.UNAVAILABLE, "Storage unavailable"),
                failure ->
                        failure instanceof ReportingException refused
                                && refused.code() == StatusCode.UNAVAILABLE);
    }

    /** Empty until there was a spool once. */
    private Optional<Reporting> reporting() {
        Sticky<Reporting> standIn = reporting.get();
        if (standIn == null || !seen && !standIn.present()) {
            return Optional.empty();
        }
        seen = true;
        return Optional.of(standIn.service());
    }

    @Deactivate
    void stop() {
        Sticky<Reporting> standIn = reporting.get();
        adapter.ifPresent(running -> running.leave(standIn == null || !standIn.present()));
        if (standIn != null) {
            standIn.close(); // fails what is held
        }
        adapter.ifPresent(Adapter::close);
    }

    @Override
    public List<Fault> faults() {
        return adapter.map(Adapter::faults).orElse(refused);
    }

    @Override
    public CompletionStage<Void> prepared() {
        return adapter.map(Adapter::prepared)
                .orElseGet(() -> CompletableFuture.completedStage(null));
    }

    @Override
    public CompletionStage<Void> serving() {
        return adapter.map(Adapter::serving)
                .orElseGet(() -> CompletableFuture.completedStage(null));
    }
}
