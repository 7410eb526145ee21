package io.armature.composer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Compiles NOTICE: what of others is shipped, under which licence, with what its makers ask to pass
 * on.
 */
final class Notice {

    private static final List<String> NOTICES =
            List.of("META-INF/NOTICE", "META-INF/NOTICE.txt", "META-INF/NOTICE.md", "NOTICE");

    private final List<String> lines = new ArrayList<>();

    /** Texts of notices, each with the artifacts that carry it. */
    private final Map<String, List<String>> texts = new LinkedHashMap<>();

    /**
     * Adds an artifact.
     *
     * @param stated licences as its project states them; its manifest is asked if there are none
     * @throws CompositionException if neither names a licence
     */
    void add(Coordinates coordinates, List<String> stated, Path jar)
            throws CompositionException, IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            List<String> licences = stated.isEmpty() ? ofManifest(file.getManifest()) : stated;
            if (licences.isEmpty()) {
                throw new CompositionException(
                        "%s names no licence, so it cannot be shipped.".formatted(coordinates));
            }
            lines.add("%s: %s".formatted(coordinates, String.join("; ", licences)));
            for (String name : NOTICES) {
                JarEntry entry = file.getJarEntry(name);
                if (entry != null) {
                    String text =
                            new String(
                                    file.getInputStream(entry).readAllBytes(),
                                    StandardCharsets.UTF_8);
                    texts.computeIfAbsent(plain(text), key -> new ArrayList<>())
                            .add(coordinates.artifact());
                    return;
                }
            }
        }
    }

    private static List<String> ofManifest(Manifest manifest) {
        String header =
                manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-License");
        return header == null ? List.of() : List.of(header);
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.strip().lines().forEach(line -> plain.append(line.stripTrailing()).append('\n'));
        return plain.toString();
    }

    String text() {
        StringBuilder text =
                new StringBuilder(
                        """
                        Armature
                        Licensed under the Apache License, Version 2.0, see LICENSE.

                        Images of Armature hold these parts of others, unchanged, as bundles, on the launcher's class
                        path, or within a bundle of ours. Made by the build: mvn package -DskipTests -Pdigests.

                        """);
        lines.forEach(line -> text.append(line).append('\n'));
        texts.forEach(
                (notice, holders) ->
                        text.append("\n---- ")
                                .append(String.join(", ", holders))
                                .append(" ----\n\n")
                                .append(notice));
        return text.toString();
    }
}
