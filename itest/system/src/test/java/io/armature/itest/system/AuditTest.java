package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A new key reaches a device, and the backend accounts for every id, also after a crash. */
class AuditTest {

    @Test
    void everyIdIsAccountedForWhileTheKeyIsReplacedAndTheBackendIsKilled() throws Exception {
        try (Machine machine = Machine.install().up()) {
            Server server = new Server(machine.backend());
            enqueue(machine, "before");
            server.await(Set.of("before"), 60);
            machine.backend().run("backend", "keys", "rotate").ok();
            enqueue(machine, "meanwhile");
            server.await(Set.of("before", "meanwhile"), 60);
            awaitNewKey(machine);
            enqueue(machine, "after");
            server.await(Set.of("before", "meanwhile", "after"), 60);
            QueueList.awaitEmpty(machine.device());

            String audit = audit(machine);
            assertThat(audit)
                    .startsWith("{\"whole\":true,\"ids\":3,\"confirmed\":3,\"refused\":0,")
                    .contains("\"unknown\":0,\"duplicates\":0,\"linked\":3,\"chain_breaks\":0,");
            assertThat(machine.device().path("var/lib/armature/reporting-statement")).exists();
            machine.backend().killAll();
            machine.backend().up();
            assertThat(audit(machine)).isEqualTo(audit);
        }
    }

    private static String audit(Machine machine) throws IOException {
        return machine.backend().run("backend", "audit", "--json").ok().text();
    }

    private static void enqueue(Machine machine, String data) throws IOException {
        machine.device()
                .run(
                        "report",
                        "enqueue",
                        "--data",
                        data,
                        "--priority",
                        "IMMEDIATE",
                        "--destination",
                        "HEARTBEAT_EVENTS")
                .ok();
    }

    /** The device keeps it beside its queues. */
    private static void awaitNewKey(Machine machine) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Files.notExists(machine.device().path("var/spool/reporting/EncryptionKey.0"))) {
            assertThat(System.nanoTime()).as("the new key arrives").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
