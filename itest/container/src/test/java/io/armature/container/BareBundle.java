package io.armature.container;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/** A bundle of nothing, in whose name a test acts. */
final class BareBundle {

    private final Bundle bundle;

    /** Installs and starts one of that symbolic name. */
    BareBundle(BundleContext context, String name) throws BundleException, IOException {
        bundle = context.installBundle(name, jar(name));
        bundle.adapt(BundleStartLevel.class).setStartLevel(1);
        bundle.start();
    }

    private static InputStream jar(String name) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return new ByteArrayInputStream(jar.toByteArray());
    }

    BundleContext context() {
        return bundle.getBundleContext();
    }

    /** Replaces it; what it published has gone. */
    void update() throws BundleException, IOException {
        bundle.update(jar(bundle.getSymbolicName()));
    }

    void uninstall() throws BundleException {
        bundle.uninstall();
    }
}
