package io.armature.platform.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code armature config}: checks and shows settings. */
@Component
@CommandWord(command = "config", command_model = ConfigWord.class)
public final class ConfigCommand implements Command {

    private final DevicePaths paths;

    @Activate
    public ConfigCommand(@Reference DevicePaths paths) {
        this.paths = paths;
    }

    @Override
    public Object create(Terminal terminal) {
        return new ConfigWord(paths.slot().resolve("settings"), paths.configuration(), terminal);
    }
}
