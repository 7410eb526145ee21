package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is damaged costs itself only. */
class DamageTest {

    private static final int RECORDS = 20;
    private static final String SPOOL = "var/spool/reporting";

    @Test
    void damageCostsOnlyWhatItHitsAndForeignFilesAreSetAside() throws Exception {
        try (Machine machine = Machine.install().up()) {
            Appliance device = machine.device();
            machine.backend().stop();
            for (String priority : List.of("SECURITY", "IMMEDIATE", "FAST_BATCH", "MANUAL_BATCH")) {
                enqueue(device, priority, "before", RECORDS);
            }
            assertThat(device.stop()).isZero();

            flipAByte(segment(device, "Security"));
            cutTheTail(segment(device, "Immediate"));
            zeroTheTail(segment(device, "FastBatch"));
            Files.delete(segment(device, "Manual"));
            byte[] foreign = "not ours".getBytes(StandardCharsets.UTF_8);
            Files.write(segment(device, "FastBatch").resolveSibling("notes.txt"), foreign);
            assertThatTheDoctorSeesIt(device);

            machine.backend().up();
            device.up();
            Set<String> expected = new HashSet<>();
            for (String priority : List.of("SECURITY", "IMMEDIATE", "FAST_BATCH", "MANUAL_BATCH")) {
                expected.addAll(enqueue(device, priority, "after", RECORDS));
                device.flush(priority);
            }
            expected.addAll(texts("IMMEDIATE", "before", RECORDS - 1));
            expected.addAll(texts("FAST_BATCH", "before", RECORDS - 1));
            Server server = new Server(machine.backend());
            server.await(expected, 60);
            QueueList.awaitEmpty(device);
            List<String> arrived = server.records().stream().map(ServerRecord::text).toList();
            assertThat(arrived).doesNotHaveDuplicates();
            Set<String> security = new HashSet<>(texts("SECURITY", "before", RECORDS));
            security.removeAll(arrived);
            assertThat(security).as("records that one flipped byte cost").hasSize(1);
            assertThat(setAside(device)).as("files in lost+found").contains("not ours");
            device.run("status").ok();
        }
    }

    /** Before the device starts again, where the spool is and on a copy of it. */
    private static void assertThatTheDoctorSeesIt(Appliance device) throws Exception {
        Outcome here = device.run("report", "doctor");
        assertThat(here.code()).isEqualTo(1);
        assertThat(here.text()).contains("NOT WHOLE", "damaged", "notes.txt", "not whole");
        Path copy = device.path("srv/copy");
        Files.createDirectories(copy.getParent());
        assertThat(sh("cp", "-a", device.path(SPOOL).toString(), copy.toString())).isZero();
        Outcome there = device.run("report", "doctor", "--repair", copy.toString());
        assertThat(there.text()).contains("set aside", "anew");
        assertThat(device.run("report", "doctor", "--json", copy.toString()).text())
                .contains("\"foreign\":[]");
    }

    @Test
    void aFullDiskRefusesInOneLineAndLosesNothing() throws Exception {
        try (Machine machine = Machine.install()) {
            Path spool = machine.device().path(SPOOL);
            Files.createDirectories(spool);
            boolean mounted = mount(spool);
            if (!mounted) {
                System.out.println("DamageTest: skipped, a small tmpfs cannot be mounted here");
            }
            assumeTrue(mounted, "a small tmpfs can be mounted");
            try {
                fillAndDrain(machine);
            } finally {
                machine.device().killAll();
                sh("umount", spool.toString());
            }
        }
    }

    @Test
    void aQueueThatCannotBeReadIsOfflineAndShownAndTheOthersWork() throws Exception {
        try (Machine machine = Machine.install().up()) {
            Appliance device = machine.device();
            machine.backend().stop();
            List<String> hidden = enqueue(device, "SECURITY", "before", RECORDS);
            List<String> good = enqueue(device, "IMMEDIATE", "before", RECORDS);
            assertThat(device.stop()).isZero();
            Path segment = segment(device, "Security");
            // Reading the first byte of a process's memory is an input/output error.
            String unreadable = "/proc/" + ProcessHandle.current().pid() + "/mem";
            boolean mounted = sh("mount", "--bind", unreadable, segment.toString()) == 0;
            if (!mounted) {
                System.out.println("DamageTest: skipped, a file cannot be mounted over here");
            }
            assumeTrue(mounted, "a file can be mounted over");
            try {
                machine.backend().up();
                device.up();
                Set<String> expected = new HashSet<>(good);
                expected.addAll(enqueue(device, "SECURITY", "after", 1));
                new Server(machine.backend()).await(expected, 60);
                assertThat(device.run("status").ok().text())
                        .containsPattern("faults +1\n.*SECURITY");
                assertThat(QueueList.of(device).queues())
                        .anyMatch(queue -> queue.containsKey("offline"));
                assertThat(device.stop()).isZero();
            } finally {
                device.killAll();
                sh("umount", segment.toString());
            }
            device.up();
            new Server(machine.backend()).await(new HashSet<>(hidden), 60);
            QueueList.awaitEmpty(device);
        }
    }

    private static void fillAndDrain(Machine machine) throws Exception {
        Appliance device = machine.device();
        machine.up();
        machine.backend().stop();
        String line = "y".repeat(60_000);
        String lines =
                IntStream.range(0, 300)
                        .mapToObj(i -> random(line.length(), i))
                        .collect(Collectors.joining("\n", "", "\n"));
        Outcome outcome =
                device.run(
                        lines.getBytes(StandardCharsets.UTF_8),
                        "report",
                        "enqueue",
                        "--priority",
                        "SECURITY",
                        "--destination",
                        "HEARTBEAT_EVENTS");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.lines()).anyMatch(l -> l.startsWith("FAILED RESOURCE_EXHAUSTED:"));
        List<String> offered = lines.lines().toList();
        Set<String> ok = new HashSet<>();
        for (int i = 0; i < outcome.lines().size(); i++) {
            if (outcome.lines().get(i).startsWith("OK ")) {
                ok.add(offered.get(i));
            }
        }
        assertThat(ok).isNotEmpty();
        device.run("status").ok();
        machine.backend().up();
        new Server(machine.backend()).await(ok, 60);
        QueueList.awaitEmpty(device);
        // There is room again.
        enqueue(device, "SECURITY", "room", 1);
    }

    private static List<String> enqueue(Appliance device, String priority, String when, int count)
            throws IOException {
        List<String> texts = texts(priority, when, count);
        Outcome outcome =
                device.run(
                        (String.join("\n", texts) + "\n").getBytes(StandardCharsets.UTF_8),
                        "report",
                        "enqueue",
                        "--priority",
                        priority,
                        "--destination",
                        "HEARTBEAT_EVENTS");
        assertThat(outcome.ok().lines()).hasSize(count).allMatch(line -> line.startsWith("OK "));
        return texts;
    }

    private static List<String> texts(String priority, String when, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> priority + " " + when + " " + i + " " + "z".repeat(100))
                .toList();
    }

    private static String random(int length, int seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append((char) ('0' + random.nextInt(70)));
        }
        return text.toString();
    }

    /** The one segment of the queue that holds records of that directory prefix. */
    private static Path segment(Appliance device, String queue) throws IOException {
        try (Stream<Path> files = Files.walk(device.path(SPOOL))) {
            List<Path> found =
                    files.filter(Files::isRegularFile)
                            .filter(
                                    file ->
                                            file.getFileName()
                                                    .toString()
                                                    .startsWith("P_" + queue + "."))
                            .toList();
            assertThat(found).as("segments of " + queue).hasSize(1);
            return found.get(0);
        }
    }

    private static int dataEnd(byte[] content) {
        int end = content.length;
        while (content[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static void flipAByte(Path segment) throws IOException {
        byte[] content = Files.readAllBytes(segment);
        content[dataEnd(content) / 2] ^= 0x20;
        Files.write(segment, content);
    }

    private static void cutTheTail(Path segment) throws IOException {
        byte[] content = Files.readAllBytes(segment);
        Files.write(segment, Arrays.copyOf(content, dataEnd(content) - 5));
    }

    private static void zeroTheTail(Path segment) throws IOException {
        byte[] content = Files.readAllBytes(segment);
        int end = dataEnd(content);
        Arrays.fill(content, end - 20, end, (byte) 0);
        Files.write(segment, content);
    }

    private static List<String> setAside(Appliance device) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.list(device.path(SPOOL).resolve("lost+found"))) {
            for (Path file : files.toList()) {
                contents.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static boolean mount(Path directory) throws IOException, InterruptedException {
        return sh("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", directory.toString()) == 0;
    }

    private static int sh(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
