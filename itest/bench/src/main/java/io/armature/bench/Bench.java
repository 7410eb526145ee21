package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The benchmarks' main; without a name it runs all but the long ones. */
public final class Bench {

    private static final String USAGE =
            "usage: bench [boot] [enqueue] [drain] [open] [upload] [services] [reporting] [idle]"
                    + " [--rounds N (1 to 100)] [--seconds S (0.05 to 60)] [--check]";
    private static final int DRAINED_A_SECOND = 300_000;
    private static final int UPLOADED_A_SECOND = 40_000;
    private static final int IDLE_MILLIS_A_SECOND = 300_000;

    private static final String IDLE = "idle";
    private static final String REPORTING = "reporting";

    /** They run only if they are named: they take minutes. */
    private static final Set<String> LONG = Set.of(IDLE, REPORTING);

    private final List<String> names = new ArrayList<>();
    private int rounds = 5;
    private double seconds = 1;
    private boolean check;

    /** One benchmark of a name. */
    private interface One {
        Budgets run() throws IOException;
    }

    private Bench(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "boot", "enqueue", "drain", "open", "upload", "services", REPORTING, IDLE ->
                        names.add(arguments[i]);
                case "--rounds" -> rounds = (int) number(arguments, ++i, 1, 100);
                case "--seconds" -> seconds = number(arguments, ++i, 0.05, 60);
                case "--check" -> check = true;
                default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
            }
        }
    }

    /**
     * System properties: {@code bench.images} folder of the images, {@code bench.profile} the
     * device's, {@code bench.karaf} Karaf's archive, {@code bench.jvms} feature versions separated
     * by commas, {@code bench.work} a folder on the disk to measure.
     *
     * <p>Ends with status 1 if {@code --check} is given and a budget is missed.
     */
    public static void main(String[] arguments) throws IOException {
        List<String> missed = List.of();
        try {
            missed = new Bench(arguments).run(System.out);
        } catch (IllegalArgumentException e) {
            System.err.println("armature: " + e.getMessage() + "; " + USAGE);
            System.exit(2);
        }
        missed.forEach(budget -> System.err.println("armature: budget missed: " + budget));
        System.exit(missed.isEmpty() ? 0 : 1);
    }

    /** Returns the missed budgets if they were asked for. */
    private List<String> run(PrintStream out) throws IOException {
        Path work = Files.createTempDirectory(Path.of(System.getProperty("bench.work")), "b-");
        List<String> missed = new ArrayList<>();
        try {
            Machine.print(out);
            for (Map.Entry<String, One> one : all(work, out).entrySet()) {
                if (names.isEmpty() ? !LONG.contains(one.getKey()) : names.contains(one.getKey())) {
                    missed.addAll(one.getValue().run().missed());
                    out.flush();
                }
            }
        } finally {
            BootPeers.delete(work);
        }
        return check ? missed : List.of();
    }

    private Map<String, One> all(Path work, PrintStream out) {
        Path images = Path.of(System.getProperty("bench.images"));
        Path image = images.resolve(System.getProperty("bench.profile"));
        List<String> jvms = List.of(System.getProperty("bench.jvms").split(","));
        Path karaf = Path.of(System.getProperty("bench.karaf"));
        long nanos = (long) (seconds * 1e9);
        int drained = (int) (seconds * DRAINED_A_SECOND);
        int uploaded = (int) (seconds * UPLOADED_A_SECOND);
        Map<String, One> all = new LinkedHashMap<>();
        all.put("boot", () -> new BootBench(work, image, jvms, karaf, rounds).run(out));
        all.put(
                "enqueue",
                () -> new EnqueueBench(work, rounds, nanos, nanos, EnqueueBench.POOL).run(out));
        all.put("drain", () -> new DrainBench(work, rounds, drained).run(out));
        all.put("open", () -> new OpenBench(work, rounds).run(out));
        all.put(
                "upload",
                () ->
                        new UploadBench(
                                        work,
                                        images.resolve("backend"),
                                        jvms.get(0),
                                        rounds,
                                        uploaded)
                                .run(out));
        all.put(
                "services",
                () -> new ServicesBench(work, image, jvms.get(0), rounds, nanos).run(out));
        all.put(REPORTING, () -> new ReportingBench(work, rounds, seconds).run(out));
        long idle = (long) (seconds * IDLE_MILLIS_A_SECOND);
        all.put(IDLE, () -> new IdleBench(work, idle).run(out));
        return all;
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
