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
 * Start time and idle memory of the appliance beside Karaf minimal and bare Felix; the starts take
 * turns.
 */
final class BootBench {

    private static final int OWN_MILLIS = 800;
    private static final int OWN_MILLIS_25 = 600;

    private final int rounds;
    private final BootShares shares;
    private final Map<String, Start> starts = new LinkedHashMap<>();
    private final Map<String, List<BootedProcess.Boot>> boots = new LinkedHashMap<>();

    private interface Start {
        BootedProcess.Boot boot() throws IOException;
    }

    /**
     * @param image the profile's image
     * @param jvms feature versions of the JVMs to start it on
     * @param karaf the archive of Karaf minimal
     */
    BootBench(Path work, Path image, List<String> jvms, Path karaf, int rounds) throws IOException {
        this.rounds = rounds;
        for (String jvm : jvms) {
            BootedAppliance appliance =
                    BootedAppliance.device(image, work.resolve("device-" + jvm), jvm);
            starts.put("Armature, JDK " + jvm + ", console on", appliance::boot);
        }
        Path silent =
                ReducedImage.make(
                        image, work.resolve("silent-image"), Subsystem.CONSOLE.removable());
        String first = jvms.get(0);
        BootedAppliance quiet = BootedAppliance.device(silent, work.resolve("silent"), first);
        starts.put("Armature, JDK " + first + ", console off", quiet::boot);
        shares = new BootShares(work, image, first, rounds);
        BootPeers peers = new BootPeers(work);
        String own = "JDK " + Runtime.version().feature();
        starts.put("bare Felix + SCR, " + own, () -> peers.bareFelix(true));
        starts.put("Karaf minimal, " + own, () -> peers.karaf(karaf));
    }

    Budgets run(PrintStream out) throws IOException {
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, Start> start : starts.entrySet()) {
                BootedProcess.Boot boot = start.getValue().boot();
                if (round > 0) {
                    boots.computeIfAbsent(start.getKey(), name -> new ArrayList<>()).add(boot);
                }
            }
        }
        out.printf(
                "%nMedians of %d starts after one that is not counted; memory after 5 s idle.%n%n",
                rounds);
        out.println("| what | JVM start to ready, ms | least – most | resident, MB |");
        out.println("|---|---:|---:|---:|");
        boots.forEach((name, list) -> out.println(row(name, list)));
        Budgets budgets = new Budgets();
        boots.forEach((name, list) -> budget(budgets, name, list));
        shares.run(out, budgets);
        budgets.print(out);
        return budgets;
    }

    private static void budget(Budgets budgets, String name, List<BootedProcess.Boot> list) {
        if (!name.startsWith("Armature")) {
            return;
        }
        boolean console = name.endsWith("console on");
        if (console) {
            budgets.atMost(
                    name + ": start, ms",
                    name.contains("JDK 25") ? OWN_MILLIS_25 : OWN_MILLIS,
                    Series.median(list.stream().map(BootedProcess.Boot::millis).toList()));
        }
        budgets.atMost(
                name + ": resident, MB",
                console ? 85 : 75,
                Series.median(list.stream().map(BootedProcess.Boot::residentMegabytes).toList()));
    }

    private static String row(String name, List<BootedProcess.Boot> list) {
        double[] millis = list.stream().mapToDouble(BootedProcess.Boot::millis).sorted().toArray();
        double[] memory =
                list.stream().mapToDouble(BootedProcess.Boot::residentMegabytes).toArray();
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f – %,.0f | %.0f |",
                name,
                Series.median(millis),
                millis[0],
                millis[millis.length - 1],
                Series.median(memory));
    }
}
