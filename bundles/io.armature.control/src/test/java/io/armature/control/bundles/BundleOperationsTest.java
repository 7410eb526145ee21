package io.armature.control.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.armature.control.api.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
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
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Changes bundles of a real framework. */
@Timeout(60)
class BundleOperationsTest {

    @TempDir Path folder;
    private Framework framework;
    private BundleOperations operations;
    private Bundle bundle;

    @BeforeEach
    void start() throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        folder.resolve("storage").toString()));
        framework.start();
        bundle =
                framework
                        .getBundleContext()
                        .installBundle(jar("com.example.a", "1.0.0", "").toUri().toString());
        bundle.start();
        Bundle control =
                framework
                        .getBundleContext()
                        .installBundle(jar("control", "1.0.0", "").toUri().toString());
        control.start();
        operations =
                new BundleOperations(
                        control.getBundleContext(), components(), folder.resolve("socket"));
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
                        BundleOperationsTest.class.getClassLoader(),
                        new Class<?>[] {ServiceComponentRuntime.class},
                        (proxy, method, arguments) -> List.of());
    }

    private Path jar(String name, String version, String imports) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name + ";singleton:=true");
        attributes.putValue(Constants.BUNDLE_VERSION, version);
        if (!imports.isEmpty()) {
            attributes.putValue(Constants.IMPORT_PACKAGE, imports);
        }
        Path jar = folder.resolve(name + "-" + version + ".jar");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    @Test
    void updateReplacesTheBundleAndSaysHowLongItWasAway() throws Exception {
        BundleOperations.Result result =
                operations.update(bundle, jar("com.example.a", "1.1.0", ""));
        assertThat(result.from()).isEqualTo("1.0.0");
        assertThat(result.to()).isEqualTo("1.1.0");
        assertThat(result.state()).isEqualTo("active");
        assertThat(result.awayNanos()).isPositive();
        assertThat(result.missing()).isEmpty();
    }

    @Test
    void updateThatDoesNotStartGoesBackToTheInstalledJar() throws Exception {
        operations.update(bundle, jar("com.example.a", "1.1.0", ""));
        Path broken = jar("com.example.a", "1.2.0", "com.nowhere");
        assertThatThrownBy(() -> operations.update(bundle, broken))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("com.nowhere")
                .hasMessageContaining("the slot's bundle runs again");
        assertThat(bundle.getVersion()).hasToString("1.0.0");
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void bundleThatDoesNotRunIsUpdatedButNotStarted() throws Exception {
        operations.stop(bundle);
        assertThat(operations.update(bundle, jar("com.example.a", "1.1.0", "")).state())
                .isNotEqualTo("active");
        assertThat(operations.start(bundle).state()).isEqualTo("active");
    }

    @Test
    void refreshBringsTheBundleBack() throws Exception {
        assertThat(operations.refresh(bundle).state()).isEqualTo("active");
    }

    @Test
    void onlyExistingBundlesButTheFrameworkAreNamed() {
        assertThat(operations.named("com.example.a")).isSameAs(bundle);
        assertThatThrownBy(() -> operations.named("com.example.b"))
                .hasMessageContaining("no bundle is called 'com.example.b'");
        assertThatThrownBy(() -> operations.named("org.apache.felix.framework"))
                .hasMessageContaining("restart");
    }

    @Test
    void bundleThatCarriesTheControlBundleIsKnown() {
        assertThat(operations.carriesThis(operations.named("control"))).isTrue();
        assertThat(operations.carriesThis(bundle)).isFalse();
    }

    @Test
    void jarsNameAndDamageAreSeenBeforeAnythingStops() throws Exception {
        assertThat(JarName.of(jar("com.example.c", "2.0.0", "")))
                .isEqualTo(new JarName("com.example.c", "2.0.0"));
        Path text = Files.writeString(folder.resolve("text"), "no jar");
        assertThatThrownBy(() -> JarName.of(text)).isInstanceOf(CommandFailure.class);
        assertThatThrownBy(() -> JarName.of(folder.resolve("none")))
                .hasMessageContaining("is no file");
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void stateNamesFollowTheFrameworksBits() throws Exception {
        assertThat(BundleList.state(bundle)).isEqualTo("active");
        bundle.stop();
        assertThat(BundleList.state(bundle)).isEqualTo("resolved");
        assertThat(operations.list())
                .anySatisfy(row -> assertThat(row.json()).contains("\"name\":\"com.example.a\""));
    }
}
