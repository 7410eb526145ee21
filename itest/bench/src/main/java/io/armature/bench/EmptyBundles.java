package io.armature.bench;

import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** Felix with bundles of nothing, in whose names benchmarks act, and the policies for them. */
final class EmptyBundles implements AutoCloseable {

    private static final int STOP_MILLIS = 10_000;

    private final Path storage;
    private final Framework framework;

    EmptyBundles(Path work) throws IOException {
        storage = Files.createTempDirectory(work, "felix-");
        framework =
                new FrameworkFactory()
                        .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        try {
            framework.start();
        } catch (BundleException e) {
            throw new IOException(e);
        }
    }

    /** Installs and starts a bundle of that symbolic name. */
    BundleContext bundle(String name) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        try {
            Bundle bundle =
                    framework
                            .getBundleContext()
                            .installBundle(name, new ByteArrayInputStream(jar.toByteArray()));
            bundle.start();
            return bundle.getBundleContext();
        } catch (BundleException e) {
            throw new IOException(e);
        }
    }

    static Identity identity(String bundle) {
        return new Identity(Optional.of(bundle), Optional.empty(), 0, 0, 1, Optional.of("root"));
    }

    /** One service that one bundle owns and others request. */
    static Policies policies(String service, String owner, List<String> requesters) {
        List<Rule> rules = requesters.stream().map(EmptyBundles::rule).toList();
        return new Policies(Map.of(service, new ServicePolicy(Optional.of(rule(owner)), rules)));
    }

    private static Rule rule(String bundle) {
        return new Rule(new Subject.Bundle(bundle), "bench.jsonc", 1);
    }

    @Override
    public void close() throws IOException {
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        BootPeers.delete(storage);
    }
}
