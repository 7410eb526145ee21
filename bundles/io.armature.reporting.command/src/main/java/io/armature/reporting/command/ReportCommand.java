package io.armature.reporting.command;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import io.armature.services.api.UsesService;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** {@code armature report}. It stays while the spool comes and goes. */
@Component(configurationPid = "io.armature.reporting.command")
@CommandWord(command = "report", command_model = ReportCommands.class)
@Designate(ocd = ReportCommand.Settings.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
@UsesService(name = "Reporting")
public final class ReportCommand implements Command {

    /** Settings, PID {@code io.armature.reporting.command}. */
    @ObjectClassDefinition(name = "Reporting commands")
    public @interface Settings {
        @AttributeDefinition(
                description = "Calls that wait while the spool is away",
                min = "0",
                max = "1000000")
        int held_calls() default 4096;

        @AttributeDefinition(
                description = "Longest wait for a spool that is away, ms",
                min = "0",
                max = "600000")
        long hold_limit_ms() default 10_000;
    }

    private final DeviceClock clock;
    private final Hold hold;
    private final AtomicReference<Sticky<Reporting>> reporting = new AtomicReference<>();
    private volatile boolean ending;

    @Activate
    public ReportCommand(@Reference DeviceClock clock, Settings settings) {
        this.clock = clock;
        this.hold = hold(settings);
    }

    /**
     * A manager has come. The stand-in of the first one is kept: it holds calls while the spool is
     * replaced, and the next manager takes it over, so that replacing that does not end calls
     * either.
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindServices(ServiceManager services) {
        if (reporting.get() == null) {
            Sticky<Reporting> made = services.sticky(Reporting.class, hold);
            if (!reporting.compareAndSet(null, made)) {
                made.close(); // another manager's came first
            }
        }
    }

    /** A manager has gone. */
    void unbindServices(ServiceManager services) {
        // the stand-in stays
    }

    /** A spool that says UNAVAILABLE while it goes has stored and changed nothing. */
    static Hold hold(Settings settings) {
        return new Hold(
                settings.held_calls(),
                Duration.ofMillis(settings.hold_limit_ms()),
                ReportingException::unavailable,
                ReportingException::isUnavailable);
    }

    @Deactivate
    void stop() {
        ending = true; // first: who reads records reads no more of them
        Sticky<Reporting> standIn = reporting.get();
        if (standIn != null) {
            standIn.close();
        }
    }

    @Override
    public Object create(Terminal terminal) {
        Sticky<Reporting> standIn = reporting.get();
        if (standIn == null) {
            throw CommandFailure.failed("the service manager is away; try again");
        }
        return new ReportCommands(terminal, standIn.service(), clock, () -> ending);
    }
}
