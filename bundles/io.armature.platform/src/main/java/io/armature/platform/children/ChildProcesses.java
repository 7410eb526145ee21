package io.armature.platform.children;

import io.armature.platform.api.DeviceClock;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.ProcessLauncher;
import io.armature.platform.api.Randomness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Ends left-overs at start and all children at shutdown; an update leaves them running. */
@Component(immediate = true)
public final class ChildProcesses implements ProcessLauncher {

    private final Children children;
    private final Bundle system;

    @Activate
    public ChildProcesses(
            @Reference DevicePaths paths,
            @Reference DeviceClock clock,
            @Reference Randomness randomness,
            BundleContext context) {
        system = context.getBundle(0);
        children =
                new Children(
                        new Registrations(paths.run().resolve("children")),
                        new ProcessTable(Path.of("/proc")),
                        clock,
                        randomness);
        children.recover();
    }

    @Deactivate
    void stop() {
        if (system.getState() == Bundle.STOPPING) {
            children.endAll();
        }
    }

    @Override
    public Child start(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        return children.start(command, environment, log);
    }

    @Override
    public Optional<Child> running(long pid) {
        return children.running(pid);
    }
}
