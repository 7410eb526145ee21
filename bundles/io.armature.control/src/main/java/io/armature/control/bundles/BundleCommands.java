package io.armature.control.bundles;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.ConsoleSource;
import io.armature.control.api.StoppedServices;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.Fault;
import io.armature.platform.api.FaultSource;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * {@code armature bundle …}, what the console shows of bundles, and what was stopped by hand: one
 * component, made when one of them is used.
 */
@Component
@CommandWord(command = "bundle", command_model = BundleWord.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class BundleCommands implements Command, ConsoleSource, FaultSource, StoppedServices {

    private final BundleOperations operations;
    private final BundleSource source;
    private final StoppedFaults stopped;

    @Activate
    public BundleCommands(
            BundleContext context,
            @Reference ServiceComponentRuntime runtime,
            @Reference DevicePaths paths) {
        this.operations =
                new BundleOperations(context, runtime, paths.run().resolve("control.sock"));
        this.source = new BundleSource(context);
        this.stopped = new StoppedFaults(context);
    }

    @Deactivate
    void stop() {
        operations.close();
    }

    @Override
    public Object create(Terminal terminal) {
        return new BundleWord(operations, terminal);
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String snapshot() {
        return source.snapshot();
    }

    @Override
    public Subscription observe(Runnable changed) {
        return source.observe(changed);
    }

    @Override
    public List<Fault> faults() {
        return stopped.faults();
    }

    @Override
    public Optional<String> stoppedOwnerOf(String service) {
        return stopped.stoppedOwnerOf(service);
    }
}
