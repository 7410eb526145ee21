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

    private final int rounds;
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
                    new BootedAppliance(image, work.resolve("device-" + jvm), jvm);
            starts.put("Armature, JDK " + jvm + ", console on", appliance::boot);
        }
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
        return new Budgets();
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
