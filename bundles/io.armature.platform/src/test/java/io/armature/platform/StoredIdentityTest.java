package io.armature.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.DeviceIdentity;
import io.armature.platform.api.DeviceIdentityContract;
import io.armature.platform.api.testing.FolderPaths;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

class StoredIdentityTest extends DeviceIdentityContract {

    private static final Map<String, String> LAUNCHED =
            Map.of("armature.version", "0.1.0", "armature.lock.digest", "0f".repeat(32));

    @TempDir private Path root;

    private StoredIdentity identity(Map<String, String> properties) {
        BundleContext context =
                (BundleContext)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {BundleContext.class},
                                (proxy, method, arguments) -> properties.get(arguments[0]));
        return new StoredIdentity(
                new FolderPaths(root), new ForcedFiles(), new KernelRandomness(), context);
    }

    @Override
    protected DeviceIdentity identity() {
        return identity(LAUNCHED);
    }

    @Override
    protected DeviceIdentity afterRestart() {
        return identity(LAUNCHED);
    }

    @Test
    void withoutTheLauncherThereIsNoVersionAndNoDigest() {
        assertThat(identity(Map.of()).version()).isEqualTo("0.0.0");
        assertThat(identity(Map.of()).lockDigest()).isEmpty();
    }
}
