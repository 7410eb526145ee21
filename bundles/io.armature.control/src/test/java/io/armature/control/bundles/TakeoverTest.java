package io.armature.control.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.control.api.CommandFailure;
import io.armature.control.api.Successor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** A new version is started beside the old one and takes over, in a real framework. */
@Timeout(60)
class TakeoverTest {

    private static final String NAME = "com.example.spool";

    @TempDir Path folder;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private Framework framework;
    private BundleOperations operations;
    private Bundle old;

    @BeforeEach
    void start() throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        folder.resolve("storage").toString(),
                                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                                        Successor.class.getPackageName()));
        framework.start();
        Consumer<String> told = log::add;
        framework.getBundleContext().registerService(Consumer.class, told, null);
        old = install(jar("1.0.0", true, ""));
        old.start();
        Bundle control =
                framework
                        .getBundleContext()
                        .installBundle(
                                "control",
                                Files.newInputStream(plain("control", "org.osgi.framework")));
        control.start();
        operations =
                new BundleOperations(
                        control.getBundleContext(), components(), folder.resolve("socket"));
        log.clear();
    }

    @AfterEach
    void stop() throws Exception {
        operations.close();
        framework.stop();
        framework.waitForStop(10_000);
    }

    /** A component runtime that knows no component. */
    private static ServiceComponentRuntime components() {
        return (ServiceComponentRuntime)
                Proxy.newProxyInstance(
                        TakeoverTest.class.getClassLoader(),
                        new Class<?>[] {ServiceComponentRuntime.class},
                        (proxy, method, arguments) -> List.of());
    }

    private Bundle install(Path jar) throws Exception {
        return framework.getBundleContext().installBundle(jar.toUri().toString());
    }

    private Path plain(String name, String imports) throws IOException {
        Manifest manifest = manifest(name, "1.0.0");
        manifest.getMainAttributes().putValue(Constants.IMPORT_PACKAGE, imports);
        Path jar = folder.resolve(name + "-plain.jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    private static Manifest manifest(String name, String version) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        attributes.putValue(Constants.BUNDLE_VERSION, version);
        return manifest;
    }

    private Path jar(String version, boolean succeeds, String fails) throws IOException {
        Manifest manifest = manifest(NAME, version);
        Attributes attributes = manifest.getMainAttributes();
        attributes.putValue(
                Constants.IMPORT_PACKAGE, "org.osgi.framework," + Successor.class.getPackageName());
        attributes.putValue(Constants.BUNDLE_ACTIVATOR, SuccessorActivator.class.getName());
        attributes.putValue(SuccessorActivator.FAILS, fails.isEmpty() ? "nothing" : fails);
        if (succeeds) {
            attributes.putValue(
                    Constants.PROVIDE_CAPABILITY,
                    "osgi.service;objectClass:List<String>=\"" + Successor.class.getName() + "\"");
        }
        Path jar = folder.resolve(NAME + "-" + version + ".jar");
        String code = SuccessorActivator.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream content =
                        SuccessorActivator.class.getClassLoader().getResourceAsStream(code)) {
            out.putNextEntry(new JarEntry(code));
            content.transferTo(out);
            out.closeEntry();
        }
        return jar;
    }

    @Test
    void theNewOneHasTheOldOnesStartLevelAndLatecomersTheirs() throws Exception {
        FrameworkStartLevel levels = framework.adapt(FrameworkStartLevel.class);
        levels.setInitialBundleStartLevel(7);
        operations.update(old, jar("1.1.0", true, ""));
        assertThat(operations.named(NAME).adapt(BundleStartLevel.class).getStartLevel())
                .isEqualTo(1);
        assertThat(levels.getInitialBundleStartLevel()).isEqualTo(7);
    }

    @Test
    void theOldVersionStopsOnlyWhenTheNewOneIsPrepared() throws Exception {
        BundleOperations.Result result = operations.update(old, jar("1.1.0", true, ""));
        assertThat(log)
                .containsExactly("start 1.1.0", "prepared 1.1.0", "stop 1.0.0", "serving 1.1.0");
        assertThat(result.from()).isEqualTo("1.0.0");
        assertThat(result.to()).isEqualTo("1.1.0");
        assertThat(result.state()).isEqualTo("active");
        assertThat(result.awayNanos()).isPositive();
        assertThat(old.getState()).isEqualTo(Bundle.UNINSTALLED);
        assertThat(operations.named(NAME).getVersion()).hasToString("1.1.0");
    }

    @Test
    void theSameVersionTakesOverAgainAndAgain() throws Exception {
        Path jar = jar("1.0.0", true, "");
        for (int i = 0; i < 3; i++) {
            operations.update(operations.named(NAME), jar);
        }
        assertThat(log).filteredOn("stop 1.0.0"::equals).hasSize(3);
        assertThat(operations.named(NAME).getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void aVersionThatIsNotPreparedNeverTakesOver() throws Exception {
        Path jar = jar("1.1.0", true, "prepared");
        assertThatThrownBy(() -> operations.update(old, jar))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("it is not prepared")
                .hasMessageContaining("the old one works on");
        assertThat(log).doesNotContain("stop 1.0.0");
        assertThat(operations.named(NAME)).isSameAs(old);
        assertThat(old.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void aVersionThatDoesNotServeGivesTheOldOneItsPlaceBack() throws Exception {
        Path jar = jar("1.1.0", true, "serving");
        assertThatThrownBy(() -> operations.update(old, jar))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("it does not serve")
                .hasMessageContaining("the old one works again");
        assertThat(operations.named(NAME)).isSameAs(old);
        assertThat(log).endsWith("stop 1.1.0", "start 1.0.0");
    }

    @Test
    void aJarThatIsNoSuccessorReplacesTheBundleInItsPlace() throws Exception {
        BundleOperations.Result result = operations.update(old, jar("1.1.0", false, ""));
        assertThat(result.to()).isEqualTo("1.1.0");
        assertThat(log).containsExactly("stop 1.0.0", "start 1.1.0");
        assertThat(operations.named(NAME)).isSameAs(old);
    }

    @Test
    void goingBackAfterATakeoverMeansTheInstalledJar() throws Exception {
        operations.update(old, jar("1.1.0", true, ""));
        Bundle fresh = operations.named(NAME);
        Path broken = plain(NAME, "com.nowhere");
        assertThatThrownBy(() -> operations.update(fresh, broken))
                .isInstanceOf(CommandFailure.class);
        assertThat(operations.named(NAME).getVersion()).hasToString("1.0.0");
        assertThat(operations.named(NAME).getState()).isEqualTo(Bundle.ACTIVE);
    }
}
