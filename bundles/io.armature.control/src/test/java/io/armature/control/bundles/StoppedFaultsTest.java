package io.armature.control.bundles;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

class StoppedFaultsTest extends FaultSourceContract {

    @TempDir private Path folder;

    private final Bundle bundle =
            proxy(
                    Bundle.class,
                    name ->
                            switch (name) {
                                case "getSymbolicName" -> "com.example.a";
                                case "getLastModified" -> 7L;
                                default -> Bundle.RESOLVED;
                            });
    private final BundleContext context =
            proxy(
                    BundleContext.class,
                    name ->
                            name.equals("getBundles")
                                    ? new Bundle[] {bundle}
                                    : folder.resolve("stopped").toFile());

    private static <T> T proxy(Class<T> type, Function<String, Object> answer) {
        return type.cast(
                Proxy.newProxyInstance(
                        StoppedFaultsTest.class.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> answer.apply(method.getName())));
    }

    @Override
    protected FaultSource healthy() {
        return new StoppedFaults(context);
    }

    @Override
    protected FaultSource degraded() {
        new StoppedBundles(context).add(bundle, List.of());
        return new StoppedFaults(context);
    }
}
