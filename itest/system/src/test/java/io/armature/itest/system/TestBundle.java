package io.armature.itest.system;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** What a test brings along: classes in a folder, or a bundle in a slot. */
final class TestBundle {

    private static final String SLOT = "opt/armature/slots/A";
    private static final String LEVEL = "20";

    private TestBundle() {}

    /** Copies a class of the tests with those in it. */
    static void copyClasses(Class<?> top, Path folder) throws IOException {
        for (Path file : classes(top)) {
            Path target = folder.resolve(folder(top)).resolve(file.getFileName().toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    private static String folder(Class<?> type) {
        return type.getPackageName().replace('.', '/') + "/";
    }

    private static List<Path> classes(Class<?> top) throws IOException {
        Path root;
        try {
            root = Path.of(top.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        String own = top.getSimpleName() + "(\\$.*)?\\.class";
        try (Stream<Path> found = Files.list(root.resolve(folder(top)))) {
            return found.filter(file -> file.getFileName().toString().matches(own)).toList();
        }
    }

    /**
     * Puts a bundle with one component into the slot of a device that has not been started yet, as
     * if its image had been composed with it.
     *
     * @param component its description
     */
    static void install(
            Appliance device, String name, String imports, String component, Class<?> top)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Import-Package", imports);
        main.putValue("Service-Component", "OSGI-INF/component.xml");
        String file = "bundles/" + name + "-1.0.0.jar";
        Path jar = device.path(SLOT).resolve(file);
        try (OutputStream bytes = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            out.putNextEntry(new JarEntry("OSGI-INF/component.xml"));
            out.write(component.getBytes(StandardCharsets.UTF_8));
            for (Path each : classes(top)) {
                out.putNextEntry(new JarEntry(folder(top) + each.getFileName()));
                Files.copy(each, out);
            }
        }
        Path lock = device.path(SLOT).resolve("lock");
        List<String> lines = new ArrayList<>(Files.readAllLines(lock));
        int last = 0;
        for (int i = 0; i < lines.size(); i++) {
            last = lines.get(i).startsWith("bundle " + LEVEL + " ") ? i : last;
        }
        String digest = MutantSlot.digest(jar);
        lines.add(last + 1, String.join(" ", "bundle", LEVEL, digest, name, "1.0.0", file));
        Files.write(lock, lines);
    }
}
