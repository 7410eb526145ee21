package io.armature.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The classes of every bundle as this build compiled them. */
final class Bundles {

    private final SortedMap<String, Path> folders = new TreeMap<>();
    private final Map<String, String> bundleOfClass = new HashMap<>();
    private final JavaClasses classes;

    Bundles() throws IOException {
        Path root = Path.of(System.getProperty("armature.bundles"));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "io.armature.*")) {
            for (Path bundle : entries) {
                Path compiled = bundle.resolve("target/classes");
                if (Files.isDirectory(compiled)) {
                    folders.put(bundle.getFileName().toString(), compiled);
                }
            }
        }
        for (Map.Entry<String, Path> folder : folders.entrySet()) {
            for (JavaClass type : new ClassFileImporter().importPath(ours(folder.getValue()))) {
                bundleOfClass.merge(
                        type.getName(), folder.getKey(), (one, other) -> of(type, one, other));
            }
        }
        classes =
                new ClassFileImporter()
                        .importPaths(folders.values().stream().map(Bundles::ours).toList());
    }

    /** A library of ours that several bundles hold privately is that of the folder of its name. */
    private static String of(JavaClass type, String one, String other) {
        return type.getName().startsWith(one + ".") ? one : other;
    }

    /** Without the libraries that a bundle holds privately. */
    private static Path ours(Path compiled) {
        return compiled.resolve("io/armature");
    }

    /** Classes of all bundles. */
    JavaClasses classes() {
        return classes;
    }

    Iterable<String> names() {
        return folders.keySet();
    }

    /** The bundle that holds a class; none for classes of libraries and Java. */
    Optional<String> holderOf(JavaClass type) {
        return Optional.ofNullable(bundleOfClass.get(type.getBaseComponentType().getName()));
    }

    /** Whether others may use its packages. */
    static boolean api(String bundle) {
        return bundle.endsWith(".api") || bundle.endsWith(".proto") || bundle.endsWith(".wire");
    }

    /** What the bundle exports, empty for nothing. */
    String exports(String bundle) throws IOException {
        return header(bundle, "Export-Package");
    }

    /** The packages that the bundle imports or holds itself. */
    Set<String> visible(String bundle) throws IOException {
        Set<String> packages = new TreeSet<>();
        String imports = header(bundle, "Import-Package").replaceAll("\"[^\"]*\"", "");
        for (String clause : imports.split(",")) {
            packages.add(clause.replaceFirst(";.*", "").strip());
        }
        Path root = folders.get(bundle);
        try (Stream<Path> paths = Files.walk(root)) {
            paths.filter(Files::isDirectory)
                    .map(folder -> root.relativize(folder).toString().replace('/', '.'))
                    .forEach(packages::add);
        }
        return packages;
    }

    /** Whether the launcher or the client has it on its class path. */
    boolean onClassPath(String bundle) {
        return bundle.equals("io.armature.launcher") || bundle.equals("io.armature.cli");
    }

    private String header(String bundle, String name) throws IOException {
        Path manifest = folders.get(bundle).resolve("META-INF/MANIFEST.MF");
        try (InputStream in = Files.newInputStream(manifest)) {
            String header = new Manifest(in).getMainAttributes().getValue(name);
            return header == null ? "" : header;
        }
    }
}
