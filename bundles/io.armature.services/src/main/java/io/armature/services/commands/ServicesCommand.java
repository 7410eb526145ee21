package io.armature.services.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.ConsoleSource;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import io.armature.services.Services;
import io.armature.services.policy.PolicyDirectories;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code armature services …}, and what the console shows of services; made when one is used. */
@Component
@CommandWord(command = "services", command_model = ServicesWord.class)
public final class ServicesCommand implements Command, ConsoleSource {

    private final Services services;
    private final DevicePaths paths;
    private final Printers printers = new Printers();
    private final ServicesSource source;

    /** About the services of this device. */
    @Activate
    public ServicesCommand(@Reference Services services, @Reference DevicePaths paths) {
        this.services = services;
        this.paths = paths;
        this.source = new ServicesSource(services);
    }

    @Override
    public Object create(Terminal terminal) {
        return new ServicesWord(
                services,
                () -> PolicyDirectories.of(paths.root(), paths.slot()),
                printers,
                terminal);
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

    @Deactivate
    void stop() {
        printers.end();
    }
}
