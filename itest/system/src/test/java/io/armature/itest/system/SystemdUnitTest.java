package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Systemd itself reads the unit and finds nothing to say, and the unit lets the appliance write
 * where it does.
 */
class SystemdUnitTest {

    private static final String PROGRAM = "/opt/armature/bin/armature";

    @TempDir private Path folder;

    private String unit;

    @BeforeEach
    void read() throws Exception {
        unit = Files.readString(Images.checkout().resolve("cnf/systemd/armature.service"));
        assertThat(unit).contains("ExecStart=" + PROGRAM + " ");
    }

    /** What systemd says of the unit, were the program installed. */
    private String complaints(String text) throws Exception {
        boolean installed =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "systemd-analyze")));
        assumeTrue(installed, "systemd-analyze is not installed");
        Path file = folder.resolve("armature.service");
        String program = Images.checkout().resolve("armature").toString();
        Files.writeString(file, text.replace(PROGRAM, program));
        Process process =
                new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said : "status " + process.exitValue() + ": " + said;
    }

    @Test
    void systemdUnderstandsEveryLineOfTheUnit() throws Exception {
        assertThat(complaints(unit)).isEmpty();
    }

    @Test
    void aMisspeltLineWouldBeSeen() throws Exception {
        assertThat(complaints(unit.replace("WatchdogSec=", "WatchdogSecs=")))
                .contains("WatchdogSecs");
    }

    @Test
    void unitLetsEveryProfileHaveItsOpenFiles() throws Exception {
        long allowed = Long.parseLong(values("LimitNOFILE").get(0));
        Pattern wanted = Pattern.compile("\"open_files\": *([0-9]+)");
        List<Path> profiles = profiles();
        assertThat(profiles).isNotEmpty();
        for (Path profile : profiles) {
            Matcher found = wanted.matcher(Files.readString(profile));
            assertThat(found.find()).as(profile.toString()).isTrue();
            assertThat(Long.parseLong(found.group(1)))
                    .as(profile.toString())
                    .isLessThanOrEqualTo(allowed);
        }
    }

    @Test
    void unitHasAScoreAndAMemoryLimitThatHoldsEveryProfilesHeapThreeTimes() throws Exception {
        assertThat(values("OOMScoreAdjust")).containsExactly("-500");
        String limit = values("MemoryMax").get(0);
        assertThat(limit).matches("[0-9]+M");
        long megabytes = Long.parseLong(limit.replace("M", ""));
        Pattern heap = Pattern.compile("\"maximum_mb\": *([0-9]+)");
        for (Path profile : profiles()) {
            Matcher found = heap.matcher(Files.readString(profile));
            assertThat(found.find()).as(profile.toString()).isTrue();
            assertThat(3 * Long.parseLong(found.group(1)))
                    .as(profile.toString())
                    .isLessThanOrEqualTo(megabytes);
        }
    }

    private static List<Path> profiles() throws Exception {
        try (Stream<Path> files = Files.list(Images.checkout().resolve("firmware-profiles"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    @Test
    void whateverADeviceWritesLiesWhereTheUnitLetsIt() throws Exception {
        List<String> made = madeByTmpfiles();
        // With a hyphen it is open if it is there, as systemd.exec says.
        assertThat(values("ReadWritePaths"))
                .filteredOn(path -> !path.startsWith("-"))
                .isNotEmpty()
                .isSubsetOf(made);
        List<String> writable = writable();
        try (Machine machine = Machine.install().backendUp()) {
            Set<String> before = paths(machine.device().root());
            machine.device().up();
            Set<String> after = paths(machine.device().root());
            assertThat(machine.device().stop()).isZero();
            after.addAll(paths(machine.device().root()));
            after.removeAll(before);
            assertThat(after).as("what the device made").contains("/run/mojo/service_manager.sock");
            assertThat(after)
                    .filteredOn(path -> writable.stream().noneMatch(path::startsWith))
                    .as("outside of " + writable)
                    .isEmpty();
        }
    }

    /** Folders that the unit opens for writing, each ending with a slash. */
    private List<String> writable() {
        List<String> folders = new ArrayList<>();
        values("RuntimeDirectory").forEach(name -> folders.add("/run/" + name + "/"));
        values("StateDirectory").forEach(name -> folders.add("/var/lib/" + name + "/"));
        values("CacheDirectory").forEach(name -> folders.add("/var/cache/" + name + "/"));
        values("LogsDirectory").forEach(name -> folders.add("/var/log/" + name + "/"));
        values("ReadWritePaths").forEach(path -> folders.add(path.replaceFirst("^-", "") + "/"));
        return folders;
    }

    private List<String> values(String key) {
        return unit.lines()
                .filter(line -> line.startsWith(key + "="))
                .flatMap(line -> Stream.of(line.substring(key.length() + 1).split(" ")))
                .collect(Collectors.toList());
    }

    /** Folders that tmpfiles gives to the appliance's user. */
    private static List<String> madeByTmpfiles() throws Exception {
        Path lines = Images.checkout().resolve("cnf/systemd/armature.tmpfiles");
        return Files.readAllLines(lines).stream()
                .filter(line -> line.startsWith("d ") && line.contains(" armature armature "))
                .map(line -> line.split(" ")[1])
                .collect(Collectors.toList());
    }

    /** All that is no folder below a root. */
    private static Set<String> paths(Path root) throws Exception {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !Files.isDirectory(path))
                    .map(path -> "/" + root.relativize(path))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
