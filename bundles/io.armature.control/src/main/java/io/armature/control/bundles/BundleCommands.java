package io.armature.control.bundles;

import io.armature.boot.api.Milestone;
import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** {@code armature bundle …}. */
@Component
@CommandWord(command = "bundle", command_model = BundleWord.class)
@SatisfyingConditionTarget(Milestone.STARTUP)
public final class BundleCommands implements Command {

    private final BundleOperations operations;

    @Activate
    public BundleCommands(
            BundleContext context,
            @Reference ServiceComponentRuntime runtime,
            @Reference DevicePaths paths) {
        this.operations =
                new BundleOperations(context, runtime, paths.run().resolve("control.sock"));
    }

    @Deactivate
    void stop() {
        operations.close();
    }

    @Override
    public Object create(Terminal terminal) {
        return new BundleWord(operations, terminal);
    }
}
