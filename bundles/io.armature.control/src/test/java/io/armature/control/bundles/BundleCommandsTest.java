package io.armature.control.bundles;

import io.armature.control.api.Command;
import io.armature.control.api.CommandContract;
import io.armature.platform.api.testing.FolderPaths;
import java.io.File;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

class BundleCommandsTest extends CommandContract {

    @TempDir private Path root;
    private BundleCommands commands;

    @BeforeEach
    void make() {
        commands =
                new BundleCommands(
                        silent(BundleContext.class),
                        silent(ServiceComponentRuntime.class),
                        new FolderPaths(root));
    }

    /** A framework that knows nothing but where a bundle's files are. */
    private <T> T silent(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            Class<?> wanted =
                                    method.getName().equals("adapt")
                                            ? (Class<?>) arguments[0]
                                            : method.getReturnType();
                            if (wanted == File.class) {
                                return root.resolve("files").toFile();
                            }
                            return wanted.isInterface() ? silent(wanted) : null;
                        }));
    }

    @AfterEach
    void stop() {
        commands.stop();
    }

    @Override
    protected Command command() {
        return commands;
    }
}
