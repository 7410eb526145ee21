package io.armature.composer;

import io.armature.composer.FirmwareProfile.Architecture;
import io.armature.composer.FirmwareProfile.DeveloperMode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Features with made-up bundles, composed as the build would. */
final class Workspace {

    private static final Coordinates FRAMEWORK =
            new Coordinates("org.apache.felix", "org.apache.felix.framework", "7");

    private final Path folder;
    private final Map<Coordinates, Path> jars = new HashMap<>();
    private final Map<String, Feature> features = new LinkedHashMap<>();
    private final Set<String> left = new HashSet<>();
    private String application = "none";
    private Map<String, Map<String, Object>> board = Map.of();

    private DeveloperMode developerMode = DeveloperMode.OFF;
    private Architecture architecture = Architecture.X86_64;

    Workspace(Path folder) throws IOException {
        this.folder = folder;
        jars.put(
                FRAMEWORK,
                jar(
                        FRAMEWORK,
                        Map.of(
                                "Bundle-SymbolicName", "org.apache.felix.framework",
                                "Export-Package", "org.osgi.framework;version=1.10"),
                        Map.of()));
        feature(
                new Feature(
                        "launcher",
                        "Launcher",
                        List.of(),
                        Map.of(),
                        List.of(FRAMEWORK),
                        List.of(),
                        Map.of("org.osgi.framework.system.packages.extra", "org.slf4j;version=2.0"),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of()));
    }

    /** A bundle with further headers, and files by path. */
    Coordinates bundle(String coordinates, Map<String, String> headers, Map<String, String> entries)
            throws IOException, CompositionException {
        Coordinates parsed = Coordinates.parse(coordinates);
        Map<String, String> all = new HashMap<>();
        all.put("Bundle-SymbolicName", parsed.artifact());
        all.put("Bundle-Version", parsed.version());
        all.putAll(headers);
        jars.put(parsed, jar(parsed, all, entries));
        return parsed;
    }

    /** A bundle with further headers, and class files by path; its component has no content. */
    Coordinates classes(
            String coordinates, Map<String, String> headers, Map<String, byte[]> classes)
            throws IOException, CompositionException {
        Coordinates bundle =
                bundle(
                        coordinates,
                        headers,
                        Map.of("OSGI-INF/c.xml", descriptor("c", 5, "armature.startup")));
        try (FileSystem jar = FileSystems.newFileSystem(jars.get(bundle))) {
            for (Map.Entry<String, byte[]> file : classes.entrySet()) {
                Path path = jar.getPath(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
        return bundle;
    }

    /** One of our own with a component, so that it is wanted. */
    Coordinates component(String name, Map<String, String> headers, String condition)
            throws IOException, CompositionException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Service-Component", "OSGI-INF/" + name + ".xml");
        return bundle(
                "io.armature:" + name + ":0.1.0",
                all,
                Map.of("OSGI-INF/" + name + ".xml", descriptor(name, 5, condition)));
    }

    static String descriptor(String name, int dsVersion, String condition) {
        return """
               <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.%d.0" name="%s">
                 %s
                 <implementation class="x.Y"/>
               </scr:component>"""
                .formatted(
                        dsVersion,
                        name,
                        condition == null
                                ? ""
                                : "<property name=\"osgi.ds.satisfying.condition.target\" value=\"(osgi.condition.id="
                                        + condition
                                        + ")\"/>");
    }

    Workspace feature(String name, int level, Coordinates... bundles) {
        return feature(name, level, Map.of(), Map.of(), bundles);
    }

    Workspace feature(
            String name,
            int level,
            Map<String, Map<String, Object>> configurations,
            Map<String, String> conditionExceptions,
            Coordinates... bundles) {
        List<FeatureBundle> listed = new ArrayList<>();
        for (Coordinates bundle : bundles) {
            listed.add(new FeatureBundle(bundle, level));
        }
        return feature(
                new Feature(
                        name,
                        name,
                        listed,
                        configurations,
                        List.of(),
                        List.of(),
                        Map.of(),
                        conditionExceptions,
                        Map.of(),
                        List.of(),
                        List.of()));
    }

    /** A feature that only has policy files. */
    Workspace policies(String name, Path... files) {
        return feature(
                new Feature(
                        name,
                        name,
                        List.of(),
                        Map.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        List.of(files),
                        List.of()));
    }

    Workspace feature(Feature feature) {
        features.put(feature.name(), feature);
        return this;
    }

    /** The profile leaves this feature to others. */
    Workspace without(String name) {
        left.add(name);
        return this;
    }

    Workspace application(String text) {
        application = text;
        return this;
    }

    Workspace architecture(Architecture processor) {
        architecture = processor;
        return this;
    }

    Workspace developers() {
        developerMode = DeveloperMode.ON;
        return this;
    }

    Workspace board(Map<String, Map<String, Object>> configurations) {
        board = configurations;
        return this;
    }

    Composition compose() throws CompositionException {
        FirmwareProfile profile =
                new FirmwareProfile(
                        "board",
                        "A board",
                        architecture,
                        application,
                        features.keySet().stream().filter(name -> !left.contains(name)).toList(),
                        List.of("-Xss512k"),
                        List.of(new JvmChoice(17, List.of()), new JvmChoice(25, List.of("-XX:+X"))),
                        24,
                        64,
                        Map.of("MALLOC_ARENA_MAX", "2"),
                        Map.of("open_files", 1024),
                        developerMode,
                        board);
        return new Composer(features, this::resolve).compose(profile);
    }

    List<String> faults() {
        try {
            compose();
            return List.of();
        } catch (CompositionException e) {
            return e.faults();
        }
    }

    private Path resolve(Coordinates coordinates) throws CompositionException {
        Path jar = jars.get(coordinates);
        if (jar == null) {
            throw new CompositionException(coordinates + " cannot be fetched.");
        }
        return jar;
    }

    private Path jar(Coordinates name, Map<String, String> headers, Map<String, String> entries)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (headers.containsKey("Bundle-SymbolicName")) {
            attributes.putValue("Bundle-ManifestVersion", "2");
        }
        headers.forEach(attributes::putValue);
        Path file = folder.resolve(name.group() + "-" + name.fileName());
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
        return file;
    }
}
