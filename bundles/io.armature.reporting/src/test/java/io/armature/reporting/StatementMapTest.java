package io.armature.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of statements: complete, and of tests that exist. */
class StatementMapTest {

    private static final Pattern ROW = Pattern.compile("\\| ([0-9, ]+) \\| (.*) \\|");

    /** A class with or without the beginning of a method, or a method of the class before. */
    private static final Pattern NAME =
            Pattern.compile("`(?:([A-Z][A-Za-z]*Test)(?:\\.([a-z]\\w*)…?)?|([a-z][a-zA-Z]*)…)`");

    @Test
    void everyStatementHasItsRowAndEveryNamedTestExists() throws Exception {
        List<Integer> statements = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                for (String number : row.group(1).split(",")) {
                    statements.add(Integer.valueOf(number.strip()));
                }
                check(row.group(2), missing);
            }
        }
        assertThat(statements)
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 51).boxed().toList());
        assertThat(missing).isEmpty();
    }

    private static void check(String cell, List<String> missing) throws IOException {
        Matcher name = NAME.matcher(cell);
        String source = "";
        while (name.find()) {
            if (name.group(1) != null) {
                source = source(name.group(1)).orElse("");
            }
            String method = name.group(2) == null ? name.group(3) : name.group(2);
            boolean there =
                    method == null
                            ? !source.isEmpty()
                            : Pattern.compile("void " + method).matcher(source).find();
            if (!there) {
                missing.add(name.group());
            }
        }
    }

    /** Looked for here first, then in the other bundles and in the integration tests. */
    private static Optional<String> source(String test) throws IOException {
        List<Path> modules = new ArrayList<>(List.of(Path.of("")));
        for (Path folder : List.of(Path.of(".."), Path.of("../../itest"))) {
            try (Stream<Path> all = Files.list(folder)) {
                all.forEach(modules::add);
            }
        }
        for (Path module : modules) {
            Path tests = module.resolve("src/test/java");
            if (Files.isDirectory(tests)) {
                try (Stream<Path> files = Files.walk(tests)) {
                    Optional<Path> found =
                            files.filter(path -> path.endsWith(test + ".java")).findFirst();
                    if (found.isPresent()) {
                        return Optional.of(Files.readString(found.get()));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
