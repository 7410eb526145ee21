package io.armature.composer;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads a feature file: OSGi Feature JSON, and of that only what docs/formats/feature.md names. */
final class FeatureReader {

    static final String CLASS_PATH = "armature-launcher-class-path";
    static final String CLIENT_PATH = "armature-client-class-path";
    static final String FRAMEWORK_PROPERTIES = "framework-launching-properties";
    static final String CONDITION_EXCEPTIONS = "armature-satisfying-condition-exceptions";
    static final String WANTED = "armature-wanted";

    /** The folder beside the features in which each may have a folder of policy files. */
    static final String POLICIES = "policy";

    /** The folder beside the features in which each may have a folder of bus policies. */
    static final String BUS_POLICIES = "dbus";

    private static final Pattern POLICY = Pattern.compile("[A-Za-z0-9]+\\.jsonc");
    private static final Pattern BUS_POLICY = Pattern.compile("[A-Za-z0-9_.]+\\.conf");

    Feature read(Path path) throws CompositionException {
        String file = path.getFileName().toString();
        String name = file.substring(0, file.length() - ".json".length());
        JsonFile json = JsonFile.read(path);
        json.only(
                "feature-resource-version",
                "id",
                "description",
                "bundles",
                "configurations",
                "extensions");
        if (!json.text("feature-resource-version").equals("1.0")) {
            throw json.fault("feature-resource-version", "must be \"1.0\"");
        }
        Coordinates id = Coordinates.parse(json.text("id"));
        if (!id.artifact().equals(name)) {
            throw json.fault("id", "must have the artifact id " + name + ", as the file is named");
        }
        String description = json.text("description");
        if (description.lines().count() != 1 || description.length() > 120) {
            throw json.fault("description", "must be one line of at most 120 characters");
        }
        JsonFile extensions = json.object("extensions");
        extensions.only(
                CLASS_PATH, CLIENT_PATH, FRAMEWORK_PROPERTIES, CONDITION_EXCEPTIONS, WANTED);
        return new Feature(
                name,
                description,
                bundles(json),
                json.configurations("configurations"),
                artifacts(extensions, CLASS_PATH),
                artifacts(extensions, CLIENT_PATH),
                texts(extensions, FRAMEWORK_PROPERTIES),
                texts(extensions, CONDITION_EXCEPTIONS),
                texts(extensions, WANTED),
                policies(path.resolveSibling(POLICIES).resolve(name), POLICY, "<Service>.jsonc"),
                policies(
                        path.resolveSibling(BUS_POLICIES).resolve(name),
                        BUS_POLICY,
                        "<bus name>.conf"));
    }

    private static List<Path> policies(Path folder, Pattern names, String form)
            throws CompositionException {
        TreeSet<Path> files = new TreeSet<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(files::add);
            } catch (IOException e) {
                throw new CompositionException(folder + " cannot be read: " + e + ".");
            }
        }
        for (Path file : files) {
            if (!names.matcher(file.getFileName().toString()).matches()) {
                throw new CompositionException(
                        "Policy file %s/%s is not named %s."
                                .formatted(folder.getFileName(), file.getFileName(), form));
            }
        }
        return List.copyOf(files);
    }

    private static List<FeatureBundle> bundles(JsonFile json) throws CompositionException {
        List<FeatureBundle> bundles = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonFile bundle : json.objects("bundles")) {
            bundle.only("id", "bundleStartLevel");
            String id = bundle.text("id");
            if (!seen.add(id)) {
                throw bundle.fault("bundles", "lists " + id + " twice");
            }
            bundles.add(
                    new FeatureBundle(Coordinates.parse(id), bundle.integer("bundleStartLevel")));
        }
        return bundles;
    }

    private static List<Coordinates> artifacts(JsonFile extensions, String name)
            throws CompositionException {
        List<Coordinates> artifacts = new ArrayList<>();
        if (extensions.has(name)) {
            JsonFile extension = extensions.object(name);
            extension.only("type", "kind", "artifacts");
            expect(extension, "type", "artifacts");
            expect(extension, "kind", "mandatory");
            for (JsonFile artifact : extension.objects("artifacts")) {
                artifact.only("id");
                artifacts.add(Coordinates.parse(artifact.text("id")));
            }
        }
        return artifacts;
    }

    private static Map<String, String> texts(JsonFile extensions, String name)
            throws CompositionException {
        if (!extensions.has(name)) {
            return Map.of();
        }
        JsonFile extension = extensions.object(name);
        extension.only("type", "kind", "json");
        expect(extension, "type", "json");
        expect(extension, "kind", "mandatory");
        return extension.textMap("json");
    }

    private static void expect(JsonFile extension, String key, String value)
            throws CompositionException {
        if (!extension.text(key).equals(value)) {
            throw extension.fault(key, "must be \"" + value + "\"");
        }
    }
}
