package io.armature.itest.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who calls a device that runs as the unit has it: as its own user, with that umask. Needs root, to
 * be other users.
 */
class CallerTest {

    private static final int DEVICE = 1;
    private static final int CALLER = 2;
    private static final String GROUP = "nogroup";

    private ServiceUsers users;
    private Machine machine;
    private Appliance device;

    @BeforeEach
    void start() throws Exception {
        String hindrance = ServiceUsers.hindrance();
        if (!hindrance.isEmpty()) {
            System.out.println("CallerTest: skipped, " + hindrance);
        }
        assumeTrue(hindrance.isEmpty(), hindrance);
        users = ServiceUsers.make();
        machine = Machine.install();
        device = machine.device();
        Files.writeString(
                device.path("etc/armature/group.json"),
                "{\"io.armature.control\": {\"group\": \"" + GROUP + "\"}}");
        String uid = Integer.toString(ServiceUsers.uid(DEVICE));
        for (String folder : List.of("run/armature", "run/bootstat", "run/mojo", "var")) {
            Files.createDirectories(device.path(folder));
            run("chown", "-R", uid + ":" + GROUP, device.path(folder).toString());
        }
        for (Path folder : List.of(machine.folder(), device.root())) {
            run("chmod", "0755", folder.toString());
        }
        run("chown", uid, machine.folder().resolve("device.phases").toString());
        List<String> prefix = new ArrayList<>(ServiceUsers.as(DEVICE));
        prefix.addAll(List.of("sh", "-c", "umask 0027; exec \"$0\" \"$@\""));
        device.as(prefix);
        device.up();
    }

    @AfterEach
    void stop() throws Exception {
        if (machine != null) {
            machine.close();
        }
        if (users != null) {
            users.close();
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(ServiceUsers.run(command)).as(String.join(" ", command)).isZero();
    }

    /** As the second user, who is in that group only. */
    private Outcome call(String group, String program, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid",
                                Integer.toString(ServiceUsers.uid(CALLER)),
                                "--regid",
                                group,
                                "--clear-groups",
                                device.path("opt/armature/bin").resolve(program).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("ARMATURE_ROOT");
        try (Running running = new Running(program, builder.start())) {
            running.input().close();
            return running.outcome(60);
        }
    }

    @Test
    void aMemberOfTheGroupControlsItAndOthersAreToldThatTheyMayNot() throws Exception {
        assertThat(call(GROUP, "armature", "console").ok().text()).startsWith("http://127.0.0.1:");
        assertThat(call(GROUP, "armature", "version").ok().text()).contains("lock ");
        assertThat(call(GROUP, "armature", "boot", "status").ok().text())
                .contains("system-services");
        Outcome tool = call(GROUP, "missive_testing_tool");
        assertThat(tool.code()).as(tool.error()).isEqualTo(1);
        assertThat(tool.error()).isEqualTo("Failed: FAILED_PRECONDITION:No request specified.\n");

        String refused = "armature: this user may not control the device at " + device.root();
        for (String word : List.of("console", "status")) {
            Outcome stranger = call("daemon", "armature", word);
            assertThat(stranger.code()).as(stranger.error()).isEqualTo(1);
            assertThat(stranger.error()).isEqualTo(refused + "\n");
        }
        assertThat(call("daemon", "missive_testing_tool").code()).isEqualTo(1);
        assertThat(device.stop()).isZero();
        Outcome away = call(GROUP, "armature", "console");
        assertThat(away.code()).as(away.error()).isEqualTo(3);
    }
}
