package io.armature.itest.fault;

import io.armature.itest.fault.Injection.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the devices noted before it went wrong. */
final class Notes {

    private final Path file;

    Notes(Path directory) {
        this.file = DeviceLife.notes(directory);
    }

    private List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.US_ASCII) : List.of();
    }

    /** What went wrong, and how often. */
    Map<String, Integer> met() throws IOException {
        return lines().stream()
                .filter(line -> !line.startsWith(Injector.UNNAMED))
                .collect(Collectors.toMap(line -> line, line -> 1, Integer::sum, TreeMap::new));
    }

    /** Which of these never happened. */
    List<Target> uncovered(List<Target> targets) throws IOException {
        Map<String, Integer> met = met();
        return targets.stream().filter(target -> !met.containsKey(target.toString())).toList();
    }

    /** Steps that no fault point stands for. */
    List<String> unnamed() throws IOException {
        return lines().stream()
                .filter(line -> line.startsWith(Injector.UNNAMED))
                .distinct()
                .toList();
    }
}
