package io.armature.platform.settings;

import io.armature.platform.api.DevicePaths;
import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import io.armature.platform.api.testing.FolderPaths;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.ConfigurationAdmin;

/** What is wrong with the files in {@code etc/armature}. */
class DeviceSettingsTest extends FaultSourceContract {

    @TempDir private Path root;
    private DevicePaths paths;

    @BeforeEach
    void prepare() throws IOException {
        paths = new FolderPaths(root);
        Files.createDirectories(paths.slot());
        Files.writeString(paths.slot().resolve("settings"), "armature-settings 1\n");
    }

    /** Nothing was configured before. */
    private static ConfigurationAdmin admin() {
        return (ConfigurationAdmin)
                Proxy.newProxyInstance(
                        DeviceSettingsTest.class.getClassLoader(),
                        new Class<?>[] {ConfigurationAdmin.class},
                        (proxy, method, arguments) -> null);
    }

    @Override
    protected FaultSource healthy() {
        return new DeviceSettings(paths, admin());
    }

    @Override
    protected FaultSource degraded() throws IOException {
        Files.writeString(paths.configuration().resolve("bad.json"), "{\n nonsense");
        return healthy();
    }
}
