package io.armature.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs Jazzer on one target in a process of its own, because a process holds one fuzzer. */
final class Fuzzer {

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    /** Runs a second are some ten thousand; a busy machine gets away with a few hundred. */
    private static final long LEAST_RUNS_PER_SECOND = 300;

    private static final long START_SECONDS = 120;

    private final String name;
    private final String targetClass;
    private final Path folder;

    /**
     * @param name of the resources: {@code <name>/seeds/*} and {@code <name>/dictionary}
     * @param targetClass with {@code public static void fuzzerTestOneInput(byte[])}
     * @param folder for what the fuzzer writes
     */
    Fuzzer(String name, String targetClass, Path folder) {
        this.name = name;
        this.targetClass = targetClass;
        this.folder = folder;
    }

    /**
     * Feeds the target with that many inputs.
     *
     * @return the branches of each source file that were seen, {@code <file>: n/m (p%)}, one a line
     * @throws AssertionError if an input made the target fail, with the end of the fuzzer's log
     */
    String run(long runs) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("corpus"));
        Path coverage = folder.resolve("coverage.txt");
        Path log = folder.resolve("log.txt");
        Process process =
                new ProcessBuilder(command(runs, coverage))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!process.waitFor(START_SECONDS + runs / LEAST_RUNS_PER_SECOND, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not end:\n" + end(log));
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0 || !Files.exists(coverage)) {
            throw new AssertionError(name + ":\n" + end(log));
        }
        String report = Files.readString(coverage);
        return report.substring(0, report.indexOf("Line coverage:"));
    }

    private List<String> command(long runs, Path coverage) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), JAZZER));
        command.add("--target_class=" + targetClass);
        command.add("--instrumentation_includes=io.armature.**");
        command.add("--coverage_report=" + coverage);
        command.add("--reproducer_path=" + folder);
        command.add("-artifact_prefix=" + folder + "/");
        command.add("-dict=" + resource("dictionary"));
        command.add("-runs=" + runs);
        command.add("-max_len=2048");
        command.add("-print_final_stats=1");
        command.add(folder.resolve("corpus").toString());
        command.add(resource("seeds").toString());
        return command;
    }

    private Path resource(String file) {
        return Path.of("target/test-classes", name, file).toAbsolutePath();
    }

    /**
     * The share of a source file's branches; of several that are called so, what most was seen of.
     */
    static double percent(String report, String source) {
        Matcher line =
                Pattern.compile("^" + source + ": \\d+/\\d+ \\((.*)%\\)$", Pattern.MULTILINE)
                        .matcher(report);
        return line.results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .max()
                .orElseThrow(() -> new AssertionError(source + " is not in\n" + report));
    }

    private static String end(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
