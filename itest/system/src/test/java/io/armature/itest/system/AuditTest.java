package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A new key reaches a device, and the backend accounts for every id, also after a crash. */
class AuditTest {

    /** A statement is made each minute; the second one after a start knows what has gone. */
    private static final Duration STATEMENTS = Duration.ofSeconds(180);

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

    /** Waits for statements, of which a device makes one a minute. */
    @Test
    @Tag("long")
    void whatADeviceShedStaysShedWhenItsQueueHasGone() throws Exception {
        try (Machine machine = Machine.install()) {
            Files.writeString(
                    machine.device().path("etc/armature/small.json"),
                    "{\"io.armature.reporting\": {\"disk_pool_bytes\": 1048576,"
                            + " \"segment_bytes\": 65536, \"first_segment_bytes\": 16384}}");
            machine.up();
            machine.backend().killAll();
            enqueue(machine, noise(2_000), "MANUAL_BATCH");
            machine.device().killAll();
            machine.backend().up();
            machine.device().up();
            machine.device().flush("MANUAL_BATCH");
            QueueList.awaitEmpty(machine.device());
            String before = audit(machine, Pattern.compile("\"shed\":[1-9]"), 0);
            assertThat(before).startsWith("{\"whole\":true,").contains("\"gaps\":0,");

            // At its start a device removes queues that have nothing left.
            machine.device().killAll();
            machine.device().up();
            String after = audit(machine, Pattern.compile("\"gone_queues\":[1-9]"), 0);
            assertThat(after).startsWith("{\"whole\":true,").contains("\"gaps\":0,");
            assertThat(shed(after)).isEqualTo(shed(before));
        }
    }

    /** Waits for statements, of which a device makes one a minute. */
    @Test
    @Tag("long")
    void idsThatADeviceAcceptedAndLostWithTheirQueueAreUnknown() throws Exception {
        try (Machine machine = Machine.install().up()) {
            enqueue(machine, "first");
            QueueList.awaitEmpty(machine.device()); // what comes before the link does goes with it
            enqueue(machine, noise(5), "MANUAL_BATCH");
            assertThat(audit(machine, Pattern.compile("\"in_flight\":5,"), 0))
                    .startsWith("{\"whole\":true,");
            machine.device().killAll();
            removeQueues(machine.device().path("var/spool/reporting"), "Manual.");
            machine.device().up();
            assertThat(audit(machine, Pattern.compile("\"gone_queues\":[1-9]"), 1))
                    .startsWith("{\"whole\":false,")
                    .contains("\"missing\":5,\"unknown\":5,");
        }
    }

    /** Lines that no compression makes small. */
    private static byte[] noise(int lines) {
        Random random = new Random(5);
        byte[] line = new byte[500];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            random.nextBytes(line);
            text.append(HexFormat.of().formatHex(line)).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void enqueue(Machine machine, byte[] lines, String priority) throws IOException {
        machine.device()
                .run(
                        lines,
                        "report",
                        "enqueue",
                        "--priority",
                        priority,
                        "--destination",
                        "HEARTBEAT_EVENTS")
                .ok();
    }

    /** Has the device upload, for a statement goes with an upload, until the audit is so. */
    private static String audit(Machine machine, Pattern awaited, int code) throws IOException {
        long deadline = System.nanoTime() + STATEMENTS.toNanos();
        Outcome audit;
        do {
            enqueue(machine, "again");
            audit = machine.backend().run("backend", "audit", "--json");
            assertThat(System.nanoTime())
                    .as("%s is to come, now %s", awaited, audit.text())
                    .isLessThan(deadline);
        } while (!awaited.matcher(audit.text()).find());
        assertThat(audit.code()).as(audit.text()).isEqualTo(code);
        return audit.text();
    }

    private static long shed(String audit) {
        Matcher shed = Pattern.compile("\"shed\":(\\d+)").matcher(audit);
        assertThat(shed.find()).isTrue();
        return Long.parseLong(shed.group(1));
    }

    private static void removeQueues(Path spool, String prefix) throws IOException {
        List<Path> queues;
        try (Stream<Path> entries = Files.list(spool)) {
            queues = entries.filter(e -> e.getFileName().toString().startsWith(prefix)).toList();
        }
        assertThat(queues).hasSize(1);
        Machine.remove(queues.get(0));
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
