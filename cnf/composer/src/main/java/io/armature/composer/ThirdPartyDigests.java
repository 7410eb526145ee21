package io.armature.composer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The committed digests of everything shipped that we did not build: {@code <sha256>
 * <group:artifact:version>} a line, sorted by coordinates.
 */
final class ThirdPartyDigests {

    private final SortedMap<Coordinates, String> digests;

    private ThirdPartyDigests(SortedMap<Coordinates, String> digests) {
        this.digests = digests;
    }

    static ThirdPartyDigests read(Path file) throws CompositionException {
        SortedMap<Coordinates, String> digests = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split("  ", -1);
                if (fields.length != 2 || !fields[0].matches("[0-9a-f]{64}")) {
                    throw new CompositionException(
                            "%s holds '%s', which is not a digest and an artifact."
                                    .formatted(file.getFileName(), line));
                }
                digests.put(Coordinates.parse(fields[1]), fields[0]);
            }
        } catch (IOException e) {
            throw new CompositionException(
                    "%s cannot be read: %s.".formatted(file.getFileName(), e.getMessage()));
        }
        return new ThirdPartyDigests(digests);
    }

    static ThirdPartyDigests of(Map<Coordinates, Path> artifacts) throws IOException {
        SortedMap<Coordinates, String> digests = new TreeMap<>();
        for (Map.Entry<Coordinates, Path> artifact : artifacts.entrySet()) {
            if (!artifact.getKey().own()) {
                digests.put(artifact.getKey(), Sha256.of(artifact.getValue()));
            }
        }
        return new ThirdPartyDigests(digests);
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        digests.forEach((key, digest) -> text.append(digest).append("  ").append(key).append('\n'));
        Files.writeString(file, text);
    }

    /** A sentence for each artifact that differs, is missing or is no longer shipped. */
    List<String> faults(ThirdPartyDigests shipped) {
        List<String> faults = new ArrayList<>();
        shipped.digests.forEach(
                (key, digest) -> {
                    String committed = digests.get(key);
                    if (committed == null) {
                        faults.add(
                                "%s has no committed digest: check it and run 'mvn package -DskipTests -Pdigests'."
                                        .formatted(key));
                    } else if (!committed.equals(digest)) {
                        faults.add(
                                "%s has the digest %s, committed is %s."
                                        .formatted(key, digest, committed));
                    }
                });
        digests.keySet().stream()
                .filter(key -> !shipped.digests.containsKey(key))
                .forEach(
                        key ->
                                faults.add(
                                        "%s has a committed digest and is not shipped: run 'mvn package -DskipTests -Pdigests'."
                                                .formatted(key)));
        return faults;
    }
}
