package io.armature.container;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
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

    private final byte[] jar;

    /** Installs and starts one of that symbolic name. */
    BareBundle(BundleContext context, String name) throws BundleException, IOException {
        this(context, name, Map.of());
    }

    /**
     * As the other, with components.
     *
     * @param components their descriptions by path
     * @param classes of the tests; they need no others and no packages but Java's
     */
    BareBundle(
            BundleContext context, String name, Map<String, String> components, Class<?>... classes)
            throws BundleException, IOException {
        jar = jar(name, components, classes);
        bundle = context.installBundle(name, new ByteArrayInputStream(jar));
        bundle.adapt(BundleStartLevel.class).setStartLevel(1);
        bundle.start();
    }

    private static byte[] jar(String name, Map<String, String> components, Class<?>... classes)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        if (!components.isEmpty()) {
            main.putValue("Service-Component", String.join(",", components.keySet()));
        }
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar, manifest)) {
            for (Map.Entry<String, String> component : components.entrySet()) {
                out.putNextEntry(new JarEntry(component.getKey()));
                out.write(component.getValue().getBytes(StandardCharsets.UTF_8));
            }
            for (Class<?> type : classes) {
                String path = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(path));
                try (InputStream in = type.getResourceAsStream("/" + path)) {
                    in.transferTo(out);
                }
            }
        }
        return jar.toByteArray();
    }

    BundleContext context() {
        return bundle.getBundleContext();
    }

    /** Replaces it; what it published has gone. */
    void update() throws BundleException {
        bundle.update(new ByteArrayInputStream(jar));
    }

    void uninstall() throws BundleException {
        bundle.uninstall();
    }
}
