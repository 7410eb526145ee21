package io.armature.control.bundles;

import static org.assertj.core.api.Assertions.assertThat;

import io.armature.platform.api.FaultSource;
import io.armature.platform.api.FaultSourceContract;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
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

    @Test
    void serviceOfAStoppedBundleHasAnOwnerThatWillNotComeByItself() {
        StoppedFaults faults = new StoppedFaults(context);
        assertThat(faults.stoppedOwnerOf("com.example.Store")).isEmpty();
        degraded();
        assertThat(faults.stoppedOwnerOf("com.example.Store")).contains("com.example.a");
        assertThat(faults.stoppedOwnerOf("com.example.Other")).isEmpty();
    }

    @Test
    void listOfAnOlderVersionHasNoServicesAndItsCommandsCount() throws IOException {
        Files.writeString(folder.resolve("stopped"), "com.example.a 7 one,two\n");
        StoppedBundles stopped = new StoppedBundles(context);
        assertThat(stopped.ownerOf("two")).contains("com.example.a");
        assertThat(stopped.goneWith(bundle).services()).isEmpty();
        stopped.add(bundle, new StoppedBundles.Gone(List.of(), List.of("a.B", "c.D")));
        assertThat(new StoppedBundles(context).ownerOfService("c.D")).contains("com.example.a");
        assertThat(stopped.ownerOf("")).isEmpty();
    }

    @Override
    protected FaultSource degraded() {
        new StoppedBundles(context)
                .add(bundle, new StoppedBundles.Gone(List.of(), List.of("com.example.Store")));
        return new StoppedFaults(context);
    }
}
