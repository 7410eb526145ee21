package io.armature.reporting.command;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.reporting.api.Reporting;
import io.armature.reporting.api.ReportingException;
import io.armature.reporting.api.StatusCode;
import io.armature.services.api.Hold;
import io.armature.services.api.ServiceManager;
import io.armature.services.api.Sticky;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
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
    private final Sticky<Reporting> reporting;

    /** Calls of the spool's go through a stand-in, which holds them while it is replaced. */
    @Activate
    public ReportCommand(
            @Reference ServiceManager services, @Reference DeviceClock clock, Settings settings) {
        this.clock = clock;
        this.reporting = services.sticky(Reporting.class, hold(settings));
    }

    /** A spool that says UNAVAILABLE while it goes has stored and changed nothing. */
    static Hold hold(Settings settings) {
        return new Hold(
                settings.held_calls(),
                Duration.ofMillis(settings.hold_limit_ms()),
                sentence -> new ReportingException(StatusCode.UNAVAILABLE, sentence),
                failure ->
                        failure instanceof ReportingException refused
                                && refused.code() == StatusCode.UNAVAILABLE);
    }

    @Deactivate
    void stop() {
        reporting.close();
    }

    @Override
    public Object create(Terminal terminal) {
        return new ReportCommands(terminal, reporting.service(), clock);
    }
}
