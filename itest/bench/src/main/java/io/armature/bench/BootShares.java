package io.armature.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each subsystem adds: time from the critical path that boots recorded, memory from appliances
 * that lack it and idle beside the whole one.
 */
final class BootShares {

    private static final double MILLIS = 20;
    private static final double MEGABYTES = 4;

    private final int rounds;
    private final List<Subsystem> parts;
    private final BootedAppliance whole;
    private final Map<Subsystem, BootedAppliance> reduced = new LinkedHashMap<>();
    private final Map<Subsystem, List<Double>> millis = new LinkedHashMap<>();
    private final Map<Subsystem, List<Double>> megabytes = new LinkedHashMap<>();

    /**
     * @param image the device's
     * @param jvm feature version
     */
    BootShares(Path work, Path image, String jvm, int rounds) throws IOException {
        this.rounds = rounds;
        whole = BootedAppliance.device(image, work.resolve("whole"), jvm);
        parts = Subsystem.of(image);
        for (Subsystem subsystem : parts) {
            millis.put(subsystem, new ArrayList<>());
            if (!subsystem.removable().isEmpty()) {
                String folder = "without-" + reduced.size();
                Path less =
                        ReducedImage.make(
                                image, work.resolve(folder + "-image"), subsystem.removable());
                reduced.put(subsystem, BootedAppliance.device(less, work.resolve(folder), jvm));
                megabytes.put(subsystem, new ArrayList<>());
            }
        }
    }

    void run(PrintStream out, Budgets budgets) throws IOException {
        for (int round = 0; round < rounds; round++) {
            round();
        }
        out.printf(
                "%nShares of the subsystems, medians of %d: own spans on the recorded critical path;"
                        + " memory by which the whole appliance exceeds one without it.%n%n",
                rounds);
        out.println("| subsystem | critical path, ms | resident, MB |");
        out.println("|---|---:|---:|");
        for (Subsystem subsystem : parts) {
            double time = Series.median(millis.get(subsystem));
            List<Double> memory = megabytes.getOrDefault(subsystem, List.of());
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %s |%n",
                    subsystem.name(),
                    time,
                    memory.isEmpty()
                            ? "nothing works without it"
                            : String.format(Locale.ROOT, "%.1f", Series.median(memory)));
            if (!memory.isEmpty()) {
                budgets.atMost(subsystem.name() + ": critical path, ms", MILLIS, time);
                budgets.atMost(
                        subsystem.name() + ": resident, MB",
                        MEGABYTES,
                        Math.max(0, Series.median(memory)));
            }
        }
    }

    /** Starts one after the other; they are idle together. */
    private void round() throws IOException {
        List<BootedAppliance.Running> running = new ArrayList<>();
        try {
            running.add(whole.start());
            CriticalShares shares = CriticalShares.read(whole.path("run/armature/boot.json"));
            millis.forEach((subsystem, list) -> list.add(shares.millis(subsystem, parts)));
            for (BootedAppliance less : reduced.values()) {
                running.add(less.start());
            }
            double[] memory = new double[running.size()];
            running.get(running.size() - 1).idle();
            for (int i = 0; i < memory.length; i++) {
                memory[i] = running.get(i).resident();
            }
            int at = 1;
            for (List<Double> list : megabytes.values()) {
                list.add(memory[0] - memory[at++]);
            }
        } finally {
            for (BootedAppliance.Running one : running) {
                one.close();
            }
        }
    }
}
