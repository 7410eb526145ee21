package io.armature.services.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import io.armature.services.Services;
import io.armature.services.policy.PolicyDirectories;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** {@code armature services …}. */
@Component
@CommandWord(command = "services", command_model = ServicesWord.class)
public final class ServicesCommand implements Command {

    private final Services services;
    private final DevicePaths paths;
    private final Printers printers = new Printers();

    /** About the services of this device. */
    @Activate
    public ServicesCommand(@Reference Services services, @Reference DevicePaths paths) {
        this.services = services;
        this.paths = paths;
    }

    @Override
    public Object create(Terminal terminal) {
        return new ServicesWord(
                services,
                () -> PolicyDirectories.of(paths.root(), paths.slot()),
                printers,
                terminal);
    }

    @Deactivate
    void stop() {
        printers.end();
    }
}
