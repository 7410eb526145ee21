package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A device that is installed as docs/operations/install.md says and runs as a user who is not root.
 * Needs root, to be another user.
 */
class InstallTest {

    private static final int USER = 1;
    private static final String GROUP = "nogroup";

    @Test
    void aDeviceOfAnotherUserThatWasEnrolledAsThePageSaysReports() throws Exception {
        String hindrance = ServiceUsers.hindrance();
        if (!hindrance.isEmpty()) {
            System.out.println("InstallTest: skipped, " + hindrance);
        }
        assumeTrue(hindrance.isEmpty(), hindrance);
        ServiceUsers users = ServiceUsers.make();
        try (Machine machine = Machine.install().backendUp()) {
            Appliance device = machine.device();
            Path delivered = machine.folder().resolve("delivered");
            for (String command : enrolment()) {
                sh(
                        command.replace(
                                        "armature backend",
                                        machine.backend().path("opt/armature/bin/armature")
                                                + " --root "
                                                + machine.backend().root()
                                                + " backend")
                                .replace("<device-id>", "device-under-test")
                                .replace("device.tar", delivered + ".tar")
                                .replace("DIR", delivered.toString()));
            }
            sh("rm -r " + device.path("etc/armature/*"));
            Files.writeString(
                    device.path("etc/armature/ports.json"),
                    "{\"io.armature.console\": {\"port\": 0}}");
            for (String command : commands()) {
                sh(command.replace("DIR/", delivered + "/"), device.root());
            }
            ownedBy(device, machine);
            device.as(ServiceUsers.as(USER));

            device.up();

            assertThat(device.path("etc/armature/reporting/mqtt-password"))
                    .satisfies(
                            file ->
                                    assertThat(Files.getPosixFilePermissions(file))
                                            .noneMatch(it -> it.name().startsWith("OTHERS")));
            device.run(
                            "report",
                            "enqueue",
                            "--data",
                            "from another user",
                            "--priority",
                            "IMMEDIATE",
                            "--destination",
                            "HEARTBEAT_EVENTS")
                    .ok();
            new Server(machine.backend()).await(Set.of("from another user"), 60);
            assertThat(device.run("status").ok().text()).containsPattern("faults +none");
            assertThat(device.stop()).isZero();
        } finally {
            users.close();
        }
    }

    @Test
    void whatAnotherUserBuiltBelongsToRootOnceItIsInstalled() throws Exception {
        String hindrance = ServiceUsers.hindrance();
        assumeTrue(hindrance.isEmpty(), hindrance);
        List<String> copy =
                page().stream()
                        .filter(line -> line.startsWith("cp -a image/opt/. "))
                        .map(line -> line.replaceFirst(" *#.*", ""))
                        .toList();
        assertThat(copy).hasSize(1);
        Path folder = Files.createTempDirectory("armature");
        try {
            Images.install("backend", folder.resolve("image"));
            Files.createDirectories(folder.resolve("opt"));
            sh("chown -R " + ServiceUsers.uid(USER) + " " + folder.resolve("image"));
            sh("cd " + folder + "; " + copy.get(0).replace(" /opt/", " " + folder + "/opt/"));
            assertThat(folder.resolve("opt/armature/bin/armature")).isExecutable();
            sh("! find " + folder + "/opt/armature ! -user 0 | grep .");
        } finally {
            Machine.remove(folder);
        }
    }

    private static List<String> page() throws IOException {
        return Files.readAllLines(Images.checkout().resolve("docs/operations/install.md"));
    }

    /** What the page has one do to enroll a device. */
    private static List<String> enrolment() throws IOException {
        List<String> commands =
                Pattern.compile("`([^`]*device\\.tar[^`]*)`")
                        .matcher(String.join("\n", page()))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        assertThat(commands).hasSize(2);
        return commands;
    }

    /** What the page has one do with the files of the enrolment. */
    private static List<String> commands() throws IOException {
        List<String> commands =
                page().stream()
                        .filter(line -> line.startsWith("cp -r DIR") || line.startsWith("chown "))
                        .toList();
        assertThat(commands).hasSize(2);
        return commands;
    }

    /** The unit and tmpfiles make these folders; the pipe of phases is the test's own. */
    private static void ownedBy(Appliance device, Machine machine) throws Exception {
        String uid = Integer.toString(ServiceUsers.uid(USER));
        StringBuilder command = new StringBuilder("install -d -m 0750 -g " + GROUP + " -o " + uid);
        for (String folder :
                List.of(
                        "run/armature",
                        "run/bootstat",
                        "run/mojo",
                        "var/lib/armature",
                        "var/cache/armature",
                        "var/log/armature",
                        "var/spool/reporting")) {
            command.append(' ').append(device.path(folder));
        }
        sh(command.toString());
        sh("chown -R " + uid + " " + device.path("var/lib/armature"));
        sh("chmod 0755 " + machine.folder() + " " + device.root());
        sh("chown " + uid + " " + machine.folder().resolve("device.phases"));
    }

    /** On this root and for this user, as the page says it for a whole device. */
    private static void sh(String command, Path root) throws Exception {
        sh(command.replace("/etc/", root + "/etc/").replace("root:armature", "root:" + GROUP));
    }

    private static void sh(String command) throws Exception {
        Process process =
                new ProcessBuilder("sh", "-ec", command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }
}
