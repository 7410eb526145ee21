package io.armature.reporting.command;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private final ExecutorService expiry;
    private final HeldReporting reporting;

    @Activate
    public ReportCommand(@Reference DeviceClock clock, Settings settings) {
        this.clock = clock;
        this.expiry = Executors.newSingleThreadExecutor(task -> new Thread(task, "report-expiry"));
        this.reporting =
                new HeldReporting(
                        clock,
                        expiry,
                        settings.held_calls(),
                        Duration.ofMillis(settings.hold_limit_ms()));
    }

    /** A spool has come. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindReporting(Reporting service) {
        reporting.arrived(service);
    }

    /** A spool has gone. */
    void unbindReporting(Reporting service) {
        reporting.left(service);
    }

    @Deactivate
    void stop() {
        reporting.close();
        expiry.shutdown();
    }

    @Override
    public Object create(Terminal terminal) {
        return new ReportCommands(terminal, reporting, clock);
    }
}
