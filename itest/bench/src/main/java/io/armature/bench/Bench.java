package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The benchmarks' main: {@code boot}, {@code enqueue} or both, with {@code --rounds N} and {@code
 * --seconds S}.
 */
public final class Bench {

    private static final String USAGE =
            "usage: bench [boot] [enqueue] [--rounds N (1 to 100)] [--seconds S (0.05 to 60)]";

    private Bench() {}

    /**
     * System properties: {@code bench.image} the image to boot, {@code bench.karaf} Karaf's
     * archive, {@code bench.jvms} feature versions separated by commas, {@code bench.work} a folder
     * on the disk to measure.
     */
    public static void main(String[] arguments) throws IOException {
        List<String> names = new ArrayList<>();
        int rounds = 5;
        double seconds = 1;
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "boot", "enqueue" -> names.add(arguments[i]);
                    case "--rounds" -> rounds = (int) number(arguments, ++i, 1, 100);
                    case "--seconds" -> seconds = number(arguments, ++i, 0.05, 60);
                    default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
                }
            }
        } catch (IllegalArgumentException e) {
            System.err.println("armature: " + e.getMessage() + "; " + USAGE);
            System.exit(2);
        }
        run(names.isEmpty() ? List.of("boot", "enqueue") : names, rounds, seconds, System.out);
    }

    private static void run(List<String> names, int rounds, double seconds, PrintStream out)
            throws IOException {
        Path work = Files.createTempDirectory(Path.of(System.getProperty("bench.work")), "bench-");
        try {
            Machine.print(out);
            if (names.contains("boot")) {
                List<String> jvms = List.of(System.getProperty("bench.jvms").split(","));
                Path image = Path.of(System.getProperty("bench.image"));
                Path karaf = Path.of(System.getProperty("bench.karaf"));
                new BootBench(work, image, jvms, karaf, rounds).run(out);
            }
            if (names.contains("enqueue")) {
                new EnqueueBench(work, rounds, (long) (seconds * 1e9)).run(out);
            }
        } finally {
            BootPeers.delete(work);
        }
    }

    private static double number(String[] arguments, int index, double least, double most) {
        String option = arguments[index - 1];
        if (index >= arguments.length) {
            throw new IllegalArgumentException(option + " needs a number");
        }
        double value = Double.parseDouble(arguments[index]);
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    option + " must be " + least + " to " + most + ", was " + arguments[index]);
        }
        return value;
    }
}
