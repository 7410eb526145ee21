package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a client does, it gets one line and a code, and the next is served. */
class CommandLineTest {

    private static Machine machine;

    @BeforeAll
    static void start() throws Exception {
        machine = Machine.install();
        machine.device().up();
        // Whatever is opened once and for all is opened now.
        machine.device().run("status").ok();
        machine.device().run("report", "list").ok();
    }

    @AfterAll
    static void stop() throws Exception {
        machine.close();
    }

    @Test
    void anUnknownCommandIsAUsageErrorOfOneLine() throws Exception {
        Outcome outcome = machine.device().run("rport", "list");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.error().lines()).singleElement().asString().contains("rport");
    }

    @Test
    void aWrongFlagIsAUsageErrorOfOneLine() throws Exception {
        Outcome outcome = machine.device().run("report", "list", "--no-such-flag");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.error().lines()).singleElement().asString().contains("--no-such-flag");
    }

    @Test
    void aWrongNumberIsRefusedInPlainWords() throws Exception {
        Outcome outcome = machine.device().run("report", "list", "--timeout", "abc");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.error().lines())
                .singleElement()
                .asString()
                .contains("'abc' is not a whole number");
    }

    @Test
    void aWrongPriorityIsRefusedInOneLine() throws Exception {
        Outcome outcome =
                machine.device()
                        .run(
                                "report",
                                "enqueue",
                                "--data",
                                "x",
                                "--priority",
                                "URGENT",
                                "--destination",
                                "HEARTBEAT_EVENTS");
        assertThat(outcome.code()).isIn(1, 2);
        assertThat(outcome.error().lines()).singleElement().asString().contains("URGENT");
    }

    @Test
    void otherCommandsAlsoSpeakJson() throws Exception {
        String url = machine.device().run("console").ok().text().trim();
        assertThat(machine.device().run("console", "--json").ok().text())
                .isEqualTo("{\"url\":\"" + url + "\"}\n");
        assertThat(machine.device().run("version", "--json").ok().text())
                .startsWith("{\"version\":\"");
        assertThat(machine.device().run("boot", "wait", "failsafe", "--json").ok().text())
                .isEqualTo("{\"phase\":\"failsafe\",\"done\":true}\n");
        assertThat(machine.device().run("boot", "stat", "no-such-event", "--json").ok().text())
                .isEqualTo("{\"event\":\"no-such-event\",\"stat\":\"time\",\"value\":null}\n");
    }

    @Test
    void everyWordKnowsHelp() throws Exception {
        for (String word :
                List.of(
                        "device",
                        "train",
                        "version",
                        "console",
                        "boot",
                        "status",
                        "config",
                        "bundle",
                        "report",
                        "services")) {
            assertThat(machine.device().run(word, "--help").ok().text())
                    .as(word)
                    .containsIgnoringCase("usage");
        }
    }

    @Test
    void aSpoolThatWasStoppedIsNamedAtOnceAndNotWaitedFor() throws Exception {
        String bundle = "io.armature.reporting";
        machine.device().run("bundle", "stop", bundle).ok();
        try {
            long begin = System.nanoTime();
            Outcome outcome = machine.device().run("report", "list");
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("a spool that is updated is waited for 10 s")
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.error().lines())
                    .singleElement()
                    .asString()
                    .contains("UNAVAILABLE", "'armature bundle start " + bundle + "' starts it");
        } finally {
            machine.device().run("bundle", "start", bundle).ok();
        }
        machine.device().run("report", "list").ok();
    }

    @Test
    void aCommandOfAStoppedBundleNamesItAndComesBack() throws Exception {
        String bundle = "io.armature.reporting.command";
        assertThat(machine.device().run("bundle", "stop", bundle).ok().text())
                .contains(bundle + " 0.1.0: stopped until");
        try {
            Outcome outcome = machine.device().run("report", "list");
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.error().lines())
                    .singleElement()
                    .asString()
                    .contains("its bundle " + bundle + " is stopped");
            assertThat(machine.device().run("status").ok().text())
                    .contains("'armature bundle start " + bundle + "'");
        } finally {
            machine.device().run("bundle", "start", bundle).ok();
        }
        machine.device().run("report", "list").ok();
    }

    @Test
    void helpIsTheSameWhereNoDeviceRuns() throws Exception {
        try (Machine other = Machine.install()) {
            for (String words :
                    List.of(
                            "boot",
                            "boot wait",
                            "status",
                            "config check",
                            "bundle update",
                            "report enqueue",
                            "services",
                            "services check-policy",
                            "version",
                            "console")) {
                String[] call = (words + " --help").split(" ");
                assertThat(other.device().run(call).ok().text())
                        .as(words)
                        .isEqualTo(machine.device().run(call).ok().text());
            }
            assertThat(other.backend().run("backend", "records", "-h").ok().text())
                    .contains("Usage: armature backend records", "--follow");
            Outcome unknown = other.device().run("rport", "--help");
            assertThat(unknown.code()).isEqualTo(2);
            assertThat(unknown.error().lines()).singleElement().asString().contains("'rport'");
        }
    }

    @ParameterizedTest
    @CsvSource({"report enqueue --help,armature report enqueue", "backend stats -h,backend stats"})
    void aCheckoutWithoutADeviceHelpsFromWhatItBuilt(String words, String usage) throws Exception {
        List<String> call = new ArrayList<>();
        call.add(Images.checkout().resolve("armature").toString());
        call.add("--root=/dev/null");
        call.addAll(List.of(words.split(" ")));
        try (Running running = new Running(words, new ProcessBuilder(call).start())) {
            running.input().close();
            assertThat(running.outcome(30).ok().text()).contains("Usage: ", usage);
        }
    }

    /** The quickest of some, because others use the machine, too. */
    @Test
    void theTimelineTakesAtMostFourTenthsOfASecond() throws Exception {
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            machine.device().run("boot", "timeline").ok();
            quickest = Math.min(quickest, System.nanoTime() - start);
        }
        System.out.printf("CommandLineTest: boot timeline in %d ms%n", quickest / 1_000_000);
        assertThat(quickest).isLessThanOrEqualTo(400_000_000L);
    }

    @Test
    void aDeviceThatIsDownIsCodeThree() throws Exception {
        try (Machine other = Machine.install()) {
            Outcome outcome = other.device().run("status");
            assertThat(outcome.code()).isEqualTo(3);
            assertThat(outcome.error().lines()).hasSize(1);
        }
    }

    @Test
    void aWordThatIsNoCommandIsUsageThoughTheDeviceIsDown() throws Exception {
        try (Machine other = Machine.install()) {
            Outcome outcome = other.device().run("bogus", "--data", "x");
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(outcome.error().lines())
                    .singleElement()
                    .asString()
                    .contains("no command 'bogus'", "'armature help' lists");
        }
    }

    @Test
    void helpOfARunningDeviceListsItsCommands() throws Exception {
        Outcome outcome = machine.device().run("help").ok();
        assertThat(outcome.text()).contains("--root DIR", "Commands of this device", "report");
    }

    @ParameterizedTest
    @CsvSource({
        "--root=,2",
        "-x,2",
        "up --until framework,2",
        "up --profile nope,2",
        "build --bad,2",
        "--root=/dev/null bogus,2",
        "--root=/dev/null version,3",
        "--root=/dev/null status,3"
    })
    void aCheckoutWithoutADeviceSaysItInOneLine(String words, int code) throws Exception {
        List<String> call = new ArrayList<>();
        call.add(Images.checkout().resolve("armature").toString());
        call.addAll(List.of(words.split(" ")));
        Process process = new ProcessBuilder(call).start();
        try (Running running = new Running(words, process)) {
            running.input().close();
            Outcome outcome = running.outcome(30);
            assertThat(outcome.code()).isEqualTo(code);
            assertThat(outcome.error().lines()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"stop", "clean", "build", "device"})
    void helpOfACheckoutsCommandIsOnlyItsOwn(String word) throws Exception {
        List<String> call = List.of(Images.checkout().resolve("armature").toString(), word, "-h");
        try (Running running = new Running(word, new ProcessBuilder(call).start())) {
            running.input().close();
            Outcome outcome = running.outcome(30).ok();
            assertThat(outcome.text()).startsWith("usage: armature " + word);
            assertThat(outcome.lines()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void aDeviceThatDiesDuringACommandIsCodeThree() throws Exception {
        try (Machine other = Machine.install()) {
            other.device().up();
            try (Running enqueue =
                    other.device()
                            .begin(
                                    "report",
                                    "enqueue",
                                    "--priority",
                                    "SECURITY",
                                    "--destination",
                                    "HEARTBEAT_EVENTS")) {
                // It waits for its standard input once it reads what we sent.
                byte[] much = new byte[1 << 20];
                Arrays.fill(much, (byte) '\n');
                Thread feeder = new Thread(() -> feed(enqueue, much), "feeder");
                feeder.start();
                other.device().killAll();
                Outcome outcome = enqueue.outcome(30);
                assertThat(outcome.code()).isEqualTo(3);
                assertThat(outcome.error().lines()).hasSize(1);
                feeder.join(10_000);
            }
        }
    }

    private static void feed(Running process, byte[] bytes) {
        try {
            process.input().write(bytes);
            process.input().flush();
        } catch (IOException e) {
            // The client ended, as it should.
        }
    }

    @Test
    void garbageOversizedSilentAndVanishingClientsLeaveNothingBehind() throws Exception {
        long before = descriptors();
        Random random = new Random(7);
        List<ControlCall> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try (ControlCall call = ControlCall.connect(machine.device().root())) {
                byte[] garbage = new byte[1 + random.nextInt(500)];
                random.nextBytes(garbage);
                call.send(garbage);
                assertThat(refusedOrClosed(call)).isTrue();
            }
            try (ControlCall call = ControlCall.connect(machine.device().root())) {
                call.send(ControlCall.preamble());
                call.send(ByteBuffer.allocate(5).put((byte) 1).putInt(0x7fffffff).array());
                assertThat(refusedOrClosed(call)).isTrue();
            }
            // Vanishes in the middle of a request, and in the middle of an answer.
            try (ControlCall call = ControlCall.connect(machine.device().root())) {
                call.send(ControlCall.preamble());
                call.send(new byte[] {1, 0, 0});
            }
            ControlCall.begin(machine.device().root(), "bundle", "list").close();
            silent.add(ControlCall.connect(machine.device().root()));
        }
        machine.device().run("status").ok();
        for (ControlCall call : silent) {
            // The device ends a client that never asks.
            assertThat(refusedOrClosed(call)).isTrue();
            call.close();
        }
        machine.device().run("status").ok();
        awaitDescriptors(before);
    }

    /** The build has read the components' descriptions, docs/formats/components.md. */
    @Test
    void aDeviceParsesNoXml() throws Exception {
        String jvm = Long.toString(machine.device().jvm().orElseThrow());
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                jvm,
                                "VM.class_hierarchy")
                        .redirectErrorStream(true)
                        .start();
        String classes =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(classes).contains("org.apache.felix.scr.impl.Activator");
        assertThat(classes.lines().filter(line -> line.contains(".xerces."))).isEmpty();
    }

    private static boolean refusedOrClosed(ControlCall call) throws IOException {
        try {
            return call.next().type() == ControlCall.REFUSED;
        } catch (EOFException e) {
            return true;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("reset")
                    || String.valueOf(e.getMessage()).contains("Broken pipe");
        }
    }

    private static long descriptors() throws IOException {
        Path folder = Path.of("/proc/" + machine.device().jvm().orElseThrow() + "/fd");
        try (Stream<Path> open = Files.list(folder)) {
            return open.filter(CommandLineTest::isSocketOrFile).count();
        }
    }

    private static boolean isSocketOrFile(Path descriptor) {
        try {
            return !Files.readSymbolicLink(descriptor).toString().endsWith(".jar");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** Each look at the device is a whole command, so that its closing has had its turn. */
    private static void awaitDescriptors(long expected) throws IOException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        long now = descriptors();
        while (now > expected) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(now + " descriptors open, " + expected + " before");
            }
            try {
                machine.device().run("status").ok();
                now = descriptors();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }
}
