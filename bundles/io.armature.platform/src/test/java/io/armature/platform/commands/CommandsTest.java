package io.armature.platform.commands;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.testing.FolderPaths;
import io.armature.platform.api.testing.HandClock;
import io.armature.platform.settings.DeviceSettings;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** Each word of this bundle keeps the contract of commands. */
class CommandsTest {

    @TempDir private Path root;

    private static <T> T proxy(Class<T> type, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> answer));
    }

    private static BundleContext withoutProperties() {
        return proxy(BundleContext.class, null);
    }

    private static DeviceIdentity identity() {
        return proxy(DeviceIdentity.class, "x");
    }

    @Nested
    class Config extends CommandContract {
        @Override
        protected Command command() {
            FolderPaths paths = new FolderPaths(root);
            return new ConfigCommand(
                    paths, new DeviceSettings(paths, proxy(ConfigurationAdmin.class, null)));
        }
    }

    @Nested
    class Version extends CommandContract {
        @Override
        protected Command command() {
            return new VersionCommand(identity(), withoutProperties());
        }
    }

    @Nested
    class Status extends CommandContract {
        @Override
        protected Command command() {
            return new StatusCommand(identity(), new HandClock(), withoutProperties());
        }
    }
}
