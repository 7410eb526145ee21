package io.armature.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short runs with whole appliances, held to budgets that a peer of the same run sets. */
@Timeout(300)
class ApplianceBudgetTest {

    private static final int ROUNDS = 5;
    private static final int UPLOADED = 2_000;
    private static final String JVM = Integer.toString(Runtime.version().feature());

    @TempDir Path work;

    @Test
    void bootIsNotMuchSlowerThanBareFelix() throws Exception {
        BootedAppliance appliance =
                BootedAppliance.device(image(profile()), work.resolve("device"), JVM);
        BootPeers peers = new BootPeers(work);
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        Held.hold(
                () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        ours.add(millis(appliance));
                        theirs.add(peers.bareFelix(false).millis());
                    }
                },
                budgets ->
                        budgets.atMost(
                                "boot, against bare Felix and SCR without class archive",
                                1.5,
                                Series.median(ours) / Series.median(theirs)));
    }

    @Test
    void uploadsInBatchesAreFasterThanOneRecordAMessage() throws Exception {
        UploadBench bench = new UploadBench(work, image("backend"), JVM, ROUNDS, UPLOADED);
        Held.hold(
                bench::measure,
                budgets -> {
                    budgets.atLeast("to PUBACK, against Paho alone", 1.5, bench.timesPeer());
                    budgets.atLeast(
                            "to opened and confirmed, against Paho alone",
                            1,
                            bench.timesPeerConfirmed());
                });
    }

    private static double millis(BootedAppliance appliance) throws IOException {
        try (BootedAppliance.Running running = appliance.start()) {
            return running.millis();
        }
    }

    private static String profile() {
        return System.getProperty("os.arch").equals("aarch64") ? "generic-arm64" : "generic-x86_64";
    }

    private static Path image(String profile) {
        return Path.of(System.getProperty("armature.checkout"))
                .resolve("firmware-profiles/target/images")
                .resolve(profile);
    }
}
