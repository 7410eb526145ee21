package io.armature.control.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.armature.control.api.Command;
import io.armature.control.api.CommandFailure;
import io.armature.control.api.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
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
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import picocli.CommandLine;

/** Changes bundles of a real framework. */
@Timeout(60)
class BundleOperationsTest {

    @TempDir Path folder;
    private Framework framework;
    private BundleOperations operations;
    private Bundle bundle;
    private Bundle control;

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
        control =
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
        return jar(name, version, imports, "");
    }

    private Path jar(String name, String version, String imports, String policy)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name + ";singleton:=true");
        attributes.putValue(Constants.BUNDLE_VERSION, version);
        if (!imports.isEmpty()) {
            attributes.putValue(Constants.IMPORT_PACKAGE, imports);
        }
        if (!policy.isEmpty()) {
            attributes.putValue(Constants.BUNDLE_ACTIVATIONPOLICY, policy);
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
        BundleOperations.Result updated =
                operations.update(bundle, jar("com.example.a", "1.1.0", ""));
        assertThat(updated.to()).isEqualTo("1.1.0");
        assertThat(updated.state()).isNotEqualTo("active");
        assertThat(updated.missing()).as("it is stopped on purpose").isEmpty();
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
    void bundleWhoseServiceTheControlBundleUsesCarriesIt() {
        ServiceRegistration<Runnable> service =
                bundle.getBundleContext().registerService(Runnable.class, () -> {}, null);
        assertThat(operations.carriesThis(bundle)).isFalse();
        control.getBundleContext().getService(service.getReference());
        assertThat(operations.carriesThis(bundle)).isTrue();
    }

    @Test
    void bundleWhoseCommandIsBeingServedDoesNotCarryTheControlBundle() {
        addCommand();
        control.getBundleContext().getService(command());
        assertThat(operations.carriesThis(bundle)).isFalse();
    }

    private void addCommand() {
        bundle.getBundleContext()
                .registerService(
                        Command.class,
                        terminal -> this,
                        new Hashtable<>(Map.of(Command.NAME, "echo")));
    }

    private ServiceReference<Command> command() {
        return control.getBundleContext().getServiceReference(Command.class);
    }

    @Test
    void commandOfAStoppedBundleIsKnownUntilItIsStartedAgain() throws Exception {
        StoppedBundles stopped = new StoppedBundles(control.getBundleContext());
        addCommand();
        assertThat(stopped.ownerOf("echo")).isEmpty();
        operations.stop(bundle);
        assertThat(stopped.ownerOf("echo")).contains("com.example.a");
        assertThat(stopped.ownerOf("other")).isEmpty();
        operations.stop(bundle);
        operations.update(bundle, jar("com.example.a", "1.1.0", ""));
        assertThat(stopped.ownerOf("echo")).as("updated, not started").contains("com.example.a");
        operations.start(bundle);
        assertThat(stopped.ownerOf("echo")).isEmpty();
    }

    @Test
    void serviceOfABundleIsStoppedWithItButNotReplacedWithIt() throws Exception {
        StoppedFaults stopped = new StoppedFaults(control.getBundleContext());
        String service = Command.class.getName();
        List<String> whenItWent = new ArrayList<>();
        control.getBundleContext()
                .addServiceListener(
                        event -> {
                            if (event.getType() == ServiceEvent.UNREGISTERING) {
                                whenItWent.add(stopped.stoppedOwnerOf(service).orElse("nobody"));
                            }
                        });
        addCommand();
        operations.update(bundle, jar("com.example.a", "1.1.0", ""));
        assertThat(whenItWent).containsExactly("nobody");
        addCommand();
        operations.stop(bundle);
        assertThat(whenItWent).containsExactly("nobody", "com.example.a");
        operations.start(bundle);
        assertThat(stopped.stoppedOwnerOf(service)).isEmpty();
    }

    @Test
    void stoppedBundleIsAFaultUntilItIsStartedAgain() throws Exception {
        StoppedFaults faults = new StoppedFaults(control.getBundleContext());
        assertThat(faults.faults()).isEmpty();
        operations.stop(bundle);
        assertThat(faults.faults())
                .singleElement()
                .asString()
                .contains("com.example.a", "'armature bundle start com.example.a'");
        operations.start(bundle);
        assertThat(faults.faults()).isEmpty();
    }

    @Test
    void commandOfABundleThatCannotBeStartedStaysKnown() throws Exception {
        StoppedBundles stopped = new StoppedBundles(control.getBundleContext());
        addCommand();
        operations.stop(bundle);
        Path broken = jar("com.example.a", "1.2.0", "com.nowhere");
        operations.update(bundle, broken);
        assertThatThrownBy(() -> operations.start(bundle)).isInstanceOf(CommandFailure.class);
        assertThat(stopped.ownerOf("echo")).contains("com.example.a");
    }

    @Test
    void commandOfABundleThatIsUpdatedIsWaitedFor() throws Exception {
        StoppedBundles stopped = new StoppedBundles(control.getBundleContext());
        addCommand();
        operations.stop(bundle);
        bundle.start();
        bundle.stop(Bundle.STOP_TRANSIENT);
        bundle.update(Files.newInputStream(jar("com.example.a", "1.1.0", "")));
        assertThat(stopped.ownerOf("echo")).isEmpty();
    }

    @Test
    void damageInTheListOfStoppedBundlesIsIgnored() throws Exception {
        Files.writeString(control.getDataFile("stopped").toPath(), "\nx\na b c\n\u0000\n");
        assertThat(new StoppedBundles(control.getBundleContext()).ownerOf("echo")).isEmpty();
    }

    @Test
    void eachChangeSaysWhatItDid() throws Exception {
        assertThat(said("stop", "com.example.a"))
                .isEqualTo(
                        "com.example.a 1.0.0: stopped until 'armature bundle start com.example.a'"
                                + " or the next boot\n");
        assertThat(said("stop", "com.example.a"))
                .isEqualTo("com.example.a 1.0.0: was stopped already\n");
        assertThat(said("start", "com.example.a"))
                .matches("com\\.example\\.a 1\\.0\\.0: started in [0-9.]+ ms, active\n");
        assertThat(said("start", "com.example.a")).isEqualTo("com.example.a 1.0.0: runs already\n");
        assertThat(said("refresh", "com.example.a"))
                .matches(
                        "com\\.example\\.a 1\\.0\\.0: active after a refresh,"
                                + " away [0-9.]+ ms\n");
        assertThat(said("update", "com.example.a", jar("com.example.a", "1.1.0", "").toString()))
                .matches("com\\.example\\.a 1\\.0\\.0 -> 1\\.1\\.0: active, away [0-9.]+ ms\n");
    }

    @Test
    void eachChangeSaysTheSameAsJson() throws Exception {
        assertThat(said("stop", "com.example.a", "--json"))
                .isEqualTo(
                        "{\"bundle\":\"com.example.a\",\"version\":\"1.0.0\","
                                + "\"state\":\"resolved\",\"missing\":[]}\n");
        assertThat(said("start", "com.example.a", "--json"))
                .matches(
                        "\\{\"bundle\":\"com\\.example\\.a\",\"version\":\"1\\.0\\.0\","
                                + "\"state\":\"active\",\"took_ms\":[0-9.]+,\"missing\":\\[]}\n");
    }

    private String said(String... words) {
        PrintedTerminal terminal = new PrintedTerminal(folder);
        int code = new CommandLine(new BundleWord(operations, terminal)).execute(words);
        assertThat(code).as(terminal.printed()).isZero();
        return terminal.printed();
    }

    @Test
    void jarThatTheDeviceCannotReadIsTakenFromStandardInputAndNotKept() throws Exception {
        byte[] jar = Files.readAllBytes(jar("com.example.a", "1.3.0", ""));
        PrintedTerminal terminal = new PrintedTerminal(folder, jar);
        int code =
                new CommandLine(new BundleWord(operations, terminal))
                        .execute("update", "com.example.a", "-");
        assertThat(code).as(terminal.printed()).isZero();
        assertThat(bundle.getVersion()).hasToString("1.3.0");
        assertThat(control.getDataFile("")).isEmptyDirectory();
        BundleWord word = new BundleWord(operations, new PrintedTerminal(folder, new byte[3]));
        assertThatThrownBy(() -> word.update("com.example.a", "-", false))
                .isInstanceOf(CommandFailure.class)
                .hasMessageEndingWith("; nothing was changed");
        assertThat(control.getDataFile("")).isEmptyDirectory();
    }

    @Test
    void badJarIsOneSentenceAndTheOldBundleGoesOn() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no jar");
        assertThat(refused(text)).contains(" is not a jar: ");
        assertThat(refused(folder.resolve("none"))).contains(" is no file that the device sees");
        assertThat(refused(folder)).contains(" is no file;");
        assertThat(refused(jar("com.example.c", "2.0.0", "")))
                .contains(" is the bundle 'com.example.c', not 'com.example.a'");
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(bundle.getVersion()).hasToString("1.0.0");
    }

    private String refused(Path jar) {
        BundleWord word = new BundleWord(operations, new PrintedTerminal(folder));
        CommandFailure failure =
                catchThrowableOfType(
                        CommandFailure.class,
                        () -> word.update("com.example.a", jar.toString(), false));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure).hasMessageEndingWith("; nothing was changed");
        return failure.getMessage();
    }

    @Test
    void lazilyActivatedBundleIsListedAsLazyUntilItIsUsed() throws Exception {
        Bundle lazy =
                framework
                        .getBundleContext()
                        .installBundle(
                                jar("com.example.lazy", "1.0.0", "", "lazy").toUri().toString());
        lazy.start(Bundle.START_ACTIVATION_POLICY);
        assertThat(lazy.getState()).isEqualTo(Bundle.STARTING);
        assertThat(BundleList.state(lazy)).isEqualTo("lazy");
        lazy.start();
        assertThat(BundleList.state(lazy)).isEqualTo("active");
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
    void aBundleOfAnotherTimeThanTheSlotsIsAReplacedOne() {
        long time = bundle.getLastModified();
        assertThat(BundleList.replaced(bundle, time + "-" + time)).isFalse();
        assertThat(BundleList.replaced(bundle, (time - 9) + "-" + (time - 1))).isTrue();
        assertThat(BundleList.replaced(bundle, (time + 1) + "-" + (time + 9))).isTrue();
        assertThat(BundleList.replaced(bundle, null)).as("without a launcher").isFalse();
        Bundle system = framework;
        assertThat(BundleList.replaced(system, "0-0")).isFalse();
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
