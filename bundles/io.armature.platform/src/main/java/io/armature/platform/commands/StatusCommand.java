package io.armature.platform.commands;

import io.armature.boot.api.BootControl;
import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.FaultSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.FieldOption;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code armature status}: how the device is. */
@Component
@CommandWord(command = "status", command_model = StatusWord.class)
public final class StatusCommand implements Command {

    @Reference(
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            fieldOption = FieldOption.UPDATE)
    private final List<FaultSource> sources = new CopyOnWriteArrayList<>();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile BootControl boot;

    private final DeviceIdentity identity;
    private final DeviceClock clock;
    private final String profile;
    private final long jvmStart;
    private final Restarts restarts;

    @Activate
    public StatusCommand(
            @Reference DeviceIdentity identity,
            @Reference DeviceClock clock,
            BundleContext context) {
        this.identity = identity;
        this.clock = clock;
        profile = Objects.requireNonNullElse(context.getProperty("armature.profile"), "");
        jvmStart = jvmStart(context.getProperty("armature.stamps"), clock.monotonicNanos());
        restarts =
                Restarts.of(
                        context.getProperty("armature.restarts"),
                        context.getProperty("armature.last.status"));
    }

    /** The stamp {@code jvm} of the launcher, else now. */
    static long jvmStart(String stamps, long now) {
        if (stamps != null) {
            for (String stamp : stamps.split(",")) {
                if (stamp.startsWith("jvm=")) {
                    try {
                        return Long.parseLong(stamp.substring(4));
                    } catch (NumberFormatException e) {
                        return now;
                    }
                }
            }
        }
        return now;
    }

    @Override
    public Object create(Terminal terminal) {
        return new StatusWord(
                new StatusWord.Facts(
                        identity,
                        profile,
                        clock.monotonicNanos(),
                        jvmStart,
                        restarts,
                        clock.wall()),
                boot,
                sources,
                terminal);
    }
}
