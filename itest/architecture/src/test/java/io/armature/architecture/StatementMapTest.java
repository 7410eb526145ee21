package io.armature.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tables of READMEs that name tests: these exist, and no statement on services is left out. */
class StatementMapTest {

    private static final Pattern HEAD = Pattern.compile("\\| .* \\| Tests? \\|");
    private static final Pattern NUMBERS =
            Pattern.compile("\\| ((?:\\d+(?:\u2013\\d+)?)(?:, \\d+(?:\u2013\\d+)?)*)\\b.*");
    private static final Pattern QUOTED = Pattern.compile("`([^`]*)`");

    /** A class with or without a method or its beginning. */
    private static final Pattern CLASS =
            Pattern.compile("([A-Z]\\w*(?:Test|Contract))(?:\\.([a-z]\\w*)(\u2026?))?");

    /** A method or its beginning; shorter words are no tests. */
    private static final Pattern METHOD = Pattern.compile("([a-z]\\w*)(\u2026)|([a-z]\\w{18,})");

    private static final int SERVICE_STATEMENTS = 41;

    private final Path bundles = Path.of(System.getProperty("armature.bundles")).normalize();
    private final Map<String, List<Path>> tests = new HashMap<>();
    private final Map<Path, String> texts = new HashMap<>();

    @Test
    void everyNamedTestExists() throws IOException {
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Path module : modules()) {
            for (String row : rows(module)) {
                named += check(module, row, missing);
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).as("tests that are named").isGreaterThan(300);
    }

    @Test
    void everyStatementOnServicesHasARow() throws IOException {
        TreeSet<Integer> statements = new TreeSet<>();
        for (String name : List.of("", ".socket", ".client")) {
            for (String row : rows(bundles.resolve("io.armature.services" + name))) {
                Matcher numbers = NUMBERS.matcher(row);
                if (numbers.matches()) {
                    for (String one : numbers.group(1).split(", ")) {
                        String[] ends = one.split("\u2013");
                        IntStream.rangeClosed(
                                        Integer.parseInt(ends[0]),
                                        Integer.parseInt(ends[ends.length - 1]))
                                .forEach(statements::add);
                    }
                }
            }
        }
        assertThat(statements)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, SERVICE_STATEMENTS).boxed().toList());
    }

    private List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        modules.add(bundles.resolveSibling("cnf/composer"));
        for (Path folder : List.of(bundles, bundles.resolveSibling("itest"))) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(Files::isDirectory).sorted().forEach(modules::add);
            }
        }
        for (Path module : modules) {
            for (Path source : sources(module)) {
                String name = source.getFileName().toString();
                tests.computeIfAbsent(
                                name.substring(0, name.length() - ".java".length()),
                                unknown -> new ArrayList<>())
                        .add(source);
            }
        }
        return modules;
    }

    private static List<Path> sources(Path module) throws IOException {
        Path folder = module.resolve("src/test/java");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".java")).toList();
        }
    }

    /** Rows of tables whose last column holds tests. */
    private static List<String> rows(Path module) throws IOException {
        Path readme = module.resolve("README.md");
        List<String> rows = new ArrayList<>();
        if (Files.exists(readme)) {
            boolean inside = false;
            for (String line : Files.readAllLines(readme)) {
                if (HEAD.matcher(line).matches()) {
                    inside = true;
                } else if (!line.startsWith("|")) {
                    inside = false;
                } else if (inside) {
                    rows.add(line);
                }
            }
        }
        return rows;
    }

    /** Returns how many tests a row names. */
    private int check(Path module, String row, List<String> missing) throws IOException {
        String cell = row.substring(row.lastIndexOf(" | ") + 3);
        Matcher quoted = QUOTED.matcher(cell);
        List<Path> last = List.of();
        int named = 0;
        while (quoted.find()) {
            Matcher type = CLASS.matcher(quoted.group(1));
            Matcher method = METHOD.matcher(quoted.group(1));
            boolean there;
            if (type.matches()) {
                last = tests.getOrDefault(type.group(1), List.of());
                there =
                        type.group(2) == null
                                ? !last.isEmpty()
                                : holds(last, type.group(2), !type.group(3).isEmpty());
            } else if (method.matches()) {
                List<Path> places = new ArrayList<>(last);
                places.addAll(sources(module));
                places.addAll(sources(module.resolveSibling(module.getFileName() + ".api")));
                there =
                        method.group(1) == null
                                ? holds(places, method.group(3), false)
                                : holds(places, method.group(1), true);
            } else {
                continue;
            }
            named++;
            if (!there) {
                missing.add(module.getFileName() + ": " + quoted.group());
            }
        }
        return named;
    }

    private boolean holds(List<Path> sources, String method, boolean beginning) {
        Pattern wanted = Pattern.compile("void " + method + (beginning ? "\\w*" : "") + "\\(");
        return sources.stream().anyMatch(source -> wanted.matcher(text(source)).find());
    }

    private String text(Path source) {
        return texts.computeIfAbsent(
                source,
                file -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
