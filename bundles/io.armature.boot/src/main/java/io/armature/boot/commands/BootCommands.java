package io.armature.boot.commands;

import io.armature.boot.BootConductor;
import io.armature.boot.timeline.BootstatFiles;
import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes the word {@code boot}. */
@Component
@CommandWord(command = "boot", command_model = BootWord.class)
public final class BootCommands implements Command {

    private final BootConductor boot;
    private final DevicePaths paths;

    @Activate
    public BootCommands(@Reference BootConductor boot, @Reference DevicePaths paths) {
        this.boot = boot;
        this.paths = paths;
    }

    @Override
    public Object create(Terminal terminal) {
        BootstatFiles bootstat = new BootstatFiles(paths.bootstat(), Path.of("/proc/uptime"), null);
        return new BootWord(boot, bootstat, terminal);
    }
}
