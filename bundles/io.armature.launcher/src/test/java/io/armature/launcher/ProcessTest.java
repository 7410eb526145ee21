package io.armature.launcher;

import static io.armature.launcher.fixture.Running.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.armature.launcher.fixture.Running;
import io.armature.launcher.fixture.TestRoot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stub, launcher and framework as real processes. */
@Timeout(300)
class ProcessTest {

    @TempDir Path directory;

    @Test
    void sigtermStopsEveryBundleAndEndsWithZero() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        try (Running device = root.run(Map.of(), "device")) {
            device.await("fixture started archive=absent");
            assertThat(device.await("fixture stamps"))
                    .matches(
                            ".*stub=\\d+,jvm=\\d+,launcher=\\d+,locked=\\d+,framework=.*verified.*");
            assertThat(device.await("fixture digest"))
                    .endsWith(TestRoot.digest(root.slot().resolve("lock")));
            signal("TERM", device.pid());

            assertThat(device.exit()).isZero();
            assertThat(device.output()).contains("fixture stopped");
        }
    }

    @Test
    void sigintOfTheJvmItselfEndsItCleanly() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        try (Running jvm = jvm(root)) {
            jvm.await("fixture digest");
            signal("INT", jvm.pid());

            assertThat(jvm.exit()).isZero();
            assertThat(jvm.output()).contains("fixture stopped");
        }
    }

    @Test
    void sighupOpensTheLogAnewAndEndsNothing() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        try (Running device = root.run(Map.of(), "device")) {
            device.await("fixture digest");
            Path logs = directory.resolve("var/log/armature");
            try (WatchService watch = logs.getFileSystem().newWatchService()) {
                logs.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
                signal("HUP", device.pid());
                assertThat(watch.poll(60, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(logs.resolve("armature.log")).exists();
            signal("TERM", device.pid());
            assertThat(device.exit()).isZero();
        }
    }

    @Test
    void sighupBeforeTheJvmListensStartsItAnewAndIsNoDeath() throws Exception {
        TestRoot root = TestRoot.make(directory.resolve("root"), "good");
        root.profile("99");
        Path fake = fakeJvm("[ ! -f ran ] || exit 0; : >ran; kill -s HUP $$");
        try (Running device = root.run(Map.of("JAVA_HOME", fake.toString()), "device")) {
            assertThat(device.exit()).isZero();
            assertThat(device.output()).doesNotContain("died");
            assertThat(root.path().resolve("ran")).exists();
        }
    }

    @Test
    void aStopThatHangsIsCutOffWithinFiveSecondsAndNamed() throws Exception {
        TestRoot root = TestRoot.make(directory, "hangs");
        try (Running device = root.run(Map.of(), "device")) {
            device.await("fixture digest");
            long asked = System.nanoTime();
            signal("TERM", device.pid());

            assertThat(device.exit()).isEqualTo(ExitStatus.STOP_TIMED_OUT.code());
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(device.output())
                    .contains("still stopping: fixture", "FixtureActivator.stop");
        }
    }

    @Test
    void aSecondStartOnTheSameRootEndsAtOnceNamingTheFirst() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        try (Running first = root.run(Map.of(), "device")) {
            first.await("fixture digest");
            try (Running second = root.run(Map.of(), "device")) {
                assertThat(second.exit()).isEqualTo(ExitStatus.ALREADY_RUNNING.code());
                assertThat(second.output()).contains("already running here: process " + root.pid());
            }
            signal("TERM", first.pid());
            assertThat(first.exit()).isZero();
        }
    }

    @Test
    void aKilledJvmIsRunAgain() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        try (Running device = root.run(Map.of(), "device")) {
            device.await("fixture digest");
            signal("KILL", root.pid());

            device.await("died with status 137, started again (1 of 6 in 60 s)");
            device.await("fixture digest");
            signal("TERM", device.pid());
            assertThat(device.exit()).isZero();
        }
    }

    @Test
    void ofTheJvmsCrashReportsTheNewestThreeAreKept() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        Path logs = Files.createDirectories(directory.resolve("var/log/armature"));
        for (int i = 1; i <= 5; i++) {
            Path report = Files.writeString(logs.resolve("hs_err_" + i + ".log"), "crash");
            Files.setLastModifiedTime(report, FileTime.fromMillis(i * 1_000L));
        }
        try (Running device = root.run(Map.of(), "device")) {
            device.await("fixture digest");
            signal("KILL", root.pid());
            device.await("died with status 137, started again");
            assertThat(logs.resolve("hs_err_1.log")).doesNotExist();
            assertThat(logs.resolve("hs_err_2.log")).doesNotExist();
            assertThat(logs.resolve("hs_err_3.log")).exists();
            assertThat(logs.resolve("hs_err_5.log")).exists();
            device.await("fixture digest");
            signal("TERM", device.pid());
            assertThat(device.exit()).isZero();
        }
    }

    @Test
    void theSeventhDeathWithinAMinuteIsTheLast() throws Exception {
        TestRoot root = TestRoot.make(directory.resolve("root"), "good");
        root.profile("99");
        Path fake = fakeJvm("echo run; exit 42");
        try (Running device = root.run(Map.of("JAVA_HOME", fake.toString()), "device")) {
            assertThat(device.exit()).isEqualTo(ExitStatus.GAVE_UP.code());
            String output = device.output();
            assertThat(output.lines().filter("run"::equals)).hasSize(7);
            assertThat(output).contains("died 7 times in 60 s, last with status 42: given up");
        }
    }

    @Test
    void withoutAnAllowedJvmTheStubSaysSo() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        root.profile("99");
        try (Running device = root.run(Map.of(), "device")) {
            assertThat(device.exit()).isEqualTo(ExitStatus.NO_JVM.code());
            assertThat(device.output()).contains("no JVM of version 99 found");
        }
    }

    @Test
    void aChangedByteIsRefusedNamedAndNotTriedAgain() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        Files.writeString(root.slot().resolve("profile"), "\n", StandardOpenOption.APPEND);
        try (Running device = root.run(Map.of(), "device")) {
            assertThat(device.exit()).isEqualTo(ExitStatus.SLOT_REFUSED.code());
            assertThat(device.output())
                    .contains("changed file profile")
                    .doesNotContain("fixture started")
                    .doesNotContain("again");
        }
    }

    @Test
    void aFrameworkThatStopsByItselfTakesTheJvmWithIt() throws Exception {
        TestRoot root = TestRoot.make(directory, "dies");
        try (Running jvm = jvm(root)) {
            assertThat(jvm.exit()).isEqualTo(ExitStatus.FRAMEWORK_DIED.code());
            assertThat(jvm.output()).contains("framework stopped by itself");
        }
    }

    @Test
    void aTrainedArchiveIsUsedUntilAnythingChanges() throws Exception {
        TestRoot root = TestRoot.make(directory, "good");
        try (Running train = root.run(Map.of(), "train")) {
            assertThat(train.exit()).as(train.output()).isZero();
        }
        assertArchive(root, "used");

        Path jar = root.slot().resolve("lib/launcher.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
        assertArchive(root, "stale");
    }

    @Test
    void theServiceManagerHearsOfReadinessLifeAndEnd() throws Exception {
        TestRoot root = TestRoot.make(directory.resolve("root"), "good");
        Path told = directory.resolve("told");
        new ProcessBuilder("mkfifo", told.toString()).start().waitFor();
        Path bin = Files.createDirectory(directory.resolve("bin"));
        script(bin.resolve("systemd-notify"), "echo \"$@\" >>'" + told + "'");
        Map<String, String> environment =
                Map.of(
                        "NOTIFY_SOCKET", "/nowhere",
                        "WATCHDOG_USEC", "100000",
                        "PATH", bin + ":" + System.getenv("PATH"));
        try (Running device = root.run(environment, "device");
                // opened for both, so that it never comes to an end between two writers
                RandomAccessFile reader = new RandomAccessFile(told.toFile(), "rw")) {
            assertThat(reader.readLine()).isEqualTo("READY=1");
            assertThat(reader.readLine()).isEqualTo("WATCHDOG=1");
            assertThat(reader.readLine()).isEqualTo("WATCHDOG=1");
            signal("TERM", device.pid());
            String line = reader.readLine();
            while (line.equals("WATCHDOG=1")) {
                line = reader.readLine();
            }
            assertThat(line).isEqualTo("STOPPING=1");
            assertThat(device.exit()).isZero();
        }
    }

    private static void assertArchive(TestRoot root, String state) throws Exception {
        try (Running device = root.run(Map.of(), "device")) {
            device.await("fixture started archive=" + state);
            signal("TERM", device.pid());
            assertThat(device.exit()).isZero();
        }
    }

    private Running jvm(TestRoot root) throws IOException {
        StringBuilder classPath = new StringBuilder();
        try (Stream<Path> jars = Files.list(root.slot().resolve("lib"))) {
            jars.forEach(jar -> classPath.append(jar).append(':'));
        }
        return Running.start(
                root.path(),
                "env",
                "--default-signal=INT", // a shell's background job inherits it ignored
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                classPath.toString(),
                "-Darmature.slot=opt/armature/slots/A",
                Main.class.getName());
    }

    private Path fakeJvm(String body) throws IOException {
        Path home = directory.resolve("jvm");
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
        script(home.resolve("bin/java"), body);
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
