package io.armature.services.hooks;

import io.armature.services.api.Identity;
import io.armature.services.policy.Policies;
import io.armature.services.policy.Rule;
import io.armature.services.policy.ServicePolicy;
import io.armature.services.policy.Subject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

/** A framework with bundles of nothing, in whose names tests act. */
public final class TestFramework implements AutoCloseable {

    private final Framework framework;

    public TestFramework(Path storage) throws BundleException {
        framework =
                new FrameworkFactory()
                        .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
    }

    public BundleContext system() {
        return framework.getBundleContext();
    }

    /** Installs and starts a bundle of that symbolic name. */
    public BundleContext bundle(String name) throws BundleException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try {
            new JarOutputStream(jar, manifest).close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Bundle bundle = system().installBundle(name, new ByteArrayInputStream(jar.toByteArray()));
        bundle.start();
        return bundle.getBundleContext();
    }

    static Identity identity(Bundle bundle) {
        return new Identity(
                Optional.of(bundle.getSymbolicName()), Optional.empty(), 7, 7, 1, Optional.empty());
    }

    /** One service that one bundle owns and others request. */
    static Policies policies(String name, String owner, String... requesters) {
        List<Rule> rules = Arrays.stream(requesters).map(TestFramework::rule).toList();
        return new Policies(Map.of(name, new ServicePolicy(Optional.of(rule(owner)), rules)));
    }

    private static Rule rule(String bundle) {
        return new Rule(new Subject.Bundle(bundle), "test.jsonc", 1);
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
