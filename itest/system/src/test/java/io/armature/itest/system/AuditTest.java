package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
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

    @Test
    void deviceThatWasEnrolledWithoutAKeyMakesOneAndIsShown() throws Exception {
        try (Machine machine = Machine.install().backendUp()) {
            forgetKey(machine);
            machine.device().up();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            String audit;
            do {
                // Each upload may carry the statement that the one before asked for.
                assertThat(System.nanoTime()).as("a statement comes").isLessThan(deadline);
                enqueue(machine, "again");
                QueueList.awaitEmpty(machine.device());
                audit = audit(machine);
            } while (!audit.contains("\"enrolled\":"));
            assertThat(audit)
                    .containsPattern(
                            "\"device\":\"device-under-test\",\"enrolled\":false,"
                                    + "\"first_use\":\"20[0-9T:-]+Z\"");
            assertThat(machine.backend().run("backend", "audit").ok().text())
                    .contains("counters of device-under-test: by a key of its own, first used 20");
        }
    }

    /** As after an enrolment by a backend that knew nothing of counters. */
    private static void forgetKey(Machine machine) throws IOException {
        Files.delete(machine.device().path("etc/armature/reporting/counters-key"));
        Path notes =
                machine.backend()
                        .path("var/lib/armature/backend-reporting/devices/device-under-test");
        Files.write(
                notes,
                Files.readAllLines(notes).stream()
                        .filter(line -> !line.startsWith("counters"))
                        .toList());
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
    private static void awaitNewKey(Machine machine) throws Exception {
        Path key = machine.device().path("var/spool/reporting/EncryptionKey.0");
        try (WatchService watch = key.getFileSystem().newWatchService()) {
            key.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (Files.notExists(key)) {
                WatchKey seen = watch.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(seen).as("the new key arrives").isNotNull();
                assertThat(seen.reset()).isTrue();
            }
        }
    }
}
