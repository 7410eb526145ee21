package io.armature.platform.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandWord;
import io.armature.control.api.Terminal;
import io.armature.platform.api.DevicePaths;
import io.armature.platform.settings.DeviceSettings;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code armature config}: checks, shows and applies settings. */
@Component
@CommandWord(command = "config", command_model = ConfigWord.class)
public final class ConfigCommand implements Command {

    private final DevicePaths paths;
    private final DeviceSettings settings;

    @Activate
    public ConfigCommand(@Reference DevicePaths paths, @Reference DeviceSettings settings) {
        this.paths = paths;
        this.settings = settings;
    }

    @Override
    public Object create(Terminal terminal) {
        return new ConfigWord(
                paths.slot().resolve("settings"),
                paths.configuration(),
                Optional.of(settings::reload),
                terminal);
    }
}
